import {
  getOperationAST,
  Kind,
  valueFromASTUntyped,
  type ASTNode,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Access } from './access.ts';
import type { Coordinates } from './coordinates.ts';
import { ALLOW, cell, DENY, type CompiledPolicy } from './decisions.ts';
import { demandsOfValue, statedDemands, type Demand } from './inputs.ts';
import {
  planOperation,
  type ArgumentPlan,
  type Condition,
  type FieldPlan,
  type Fragments,
  type SelectionPlan,
} from './plan.ts';
import { defaultDeny } from './policy-text.ts';
import { forbiddenInGraphQL, redactionFor, type Redaction } from './redaction.ts';
import { useVerbs, type Use } from './uses.ts';

type Variables = Readonly<Record<string, unknown>>;

/**
 * The early pass: refuses what no object could allow, before anything is loaded. Empty means that it may run.
 *
 * Refused whole are a root field, a field that cannot be null, and a filter, order or other input that uses a field, when policy
 * denies that use. What an error says depends on the document, the schema and the roles, never on data. `variables` are the caller's,
 * as they came or coerced. The guard makes the same pass again within the schema; a transport calls this to refuse without `data`.
 */
export function authorizeOperation(
  access: Access,
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName?: string | null,
  variables?: Variables | null,
): readonly GraphQLError[] {
  const operation = getOperationAST(document, operationName);
  if (!operation) return []; // execution answers that
  const fragments = Object.fromEntries(
    document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
  );
  return decideOperation(access, schema, operation, fragments, variables ?? {});
}

/** `authorizeOperation` for one that graphql-js is executing. */
export function decideOperation(
  access: Access,
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
  variables: Variables,
): readonly GraphQLError[] {
  const { policy, table, actor, trail } = access;
  const plan = planFor(schema, policy.coordinates, operation, fragments);
  const refusals = refusalsOf(plan, schema, policy, table, withDefaults(operation, variables));
  return refusals.map(({ coordinate, use, input, node }) => {
    const hidden =
      coordinate === undefined ? unmapped(input!, use) : redactionFor(policy, actor.roles, coordinate, use);
    trail.denied(hidden);
    return forbiddenInGraphQL(hidden, [node]);
  });
}

interface Plan {
  readonly selection: SelectionPlan;
  /** For operations whose answer does not vary with variables: by the roles' table. */
  readonly settled: WeakMap<Uint8Array, readonly Refusal[]>;
  readonly varies: boolean;
}

const plans = new WeakMap<GraphQLSchema, WeakMap<OperationDefinitionNode, Plan>>();

function planFor(
  schema: GraphQLSchema,
  coordinates: Coordinates,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): Plan {
  let byOperation = plans.get(schema);
  if (!byOperation) plans.set(schema, (byOperation = new WeakMap()));
  let plan = byOperation.get(operation);
  if (!plan) {
    plan = {
      selection: planOperation(schema, coordinates, operation, fragments),
      settled: new WeakMap(),
      varies: (operation.variableDefinitions ?? []).length > 0,
    };
    byOperation.set(operation, plan);
  }
  return plan;
}

interface Refusal {
  /** Undefined when an input maps to no field. */
  readonly coordinate: number | undefined;
  readonly use: Use;
  readonly input: string | undefined;
  readonly node: ASTNode;
}

function refusalsOf(
  plan: Plan,
  schema: GraphQLSchema,
  policy: CompiledPolicy,
  table: Uint8Array,
  variables: Variables,
): readonly Refusal[] {
  const settled = plan.settled.get(table);
  if (settled) return settled;
  const refusals = new Map<string, Refusal>();
  const refuse = (coordinate: number | undefined, use: Use, node: ASTNode, input?: string): void => {
    const key = `${coordinate ?? input}|${use}`;
    if (!refusals.has(key)) refusals.set(key, { coordinate, use, input, node });
  };
  const seen = new Set<SelectionPlan>();
  const left = [plan.selection];
  for (let selection = left.pop(); selection; selection = left.pop()) {
    if (seen.has(selection)) continue;
    seen.add(selection);
    for (const spread of selection.spreads) if (applies(spread.when, variables)) left.push(spread.selection);
    for (const field of selection.fields) {
      if (!applies(field.when, variables)) continue;
      if (!mayAppear(field, table)) {
        // Nullable: answered by null and named among the redactions, and nothing below it is resolved.
        if (field.required) refuse(field.coordinates[0], field.use, field.node);
        continue;
      }
      for (const { coordinates, use, input } of demandsOf(field, schema, policy.coordinates, variables)) {
        if (coordinates.length === 0) refuse(undefined, use, field.node, input);
        // A rule on tags cannot be asked of rows that are not loaded: what depends on them is refused.
        for (const one of coordinates) if (table[cell(one, use)] !== ALLOW) refuse(one, use, field.node);
      }
      if (field.selection) left.push(field.selection);
    }
  }
  const found = [...refusals.values()];
  if (!plan.varies) plan.settled.set(table, found);
  return found;
}

/** Whether some type that may stand here allows it, or could for some object. */
function mayAppear({ coordinates, use, root }: FieldPlan, table: Uint8Array): boolean {
  return coordinates.some((one) => (root ? table[cell(one, use)] === ALLOW : table[cell(one, use)] !== DENY));
}

function demandsOf(field: FieldPlan, schema: GraphQLSchema, coordinates: Coordinates, variables: Variables): Demand[] {
  const demands = field.args.flatMap((arg) => demandsOfArgument(arg, schema, coordinates, variables));
  // A keyset cursor holds the values that it sorts by.
  return field.pages
    ? demands.flatMap((demand) => (demand.use === 'order' ? [demand, { ...demand, use: 'cursor' as const }] : [demand]))
    : demands;
}

function demandsOfArgument(
  { argument, value: node, name }: ArgumentPlan,
  schema: GraphQLSchema,
  coordinates: Coordinates,
  variables: Variables,
): readonly Demand[] {
  const given = node && valueFromASTUntyped(node, variables);
  const value = given === undefined ? argument.defaultValue : given;
  if (value === undefined) return [];
  return [...(statedDemands(coordinates, name) ?? []), ...demandsOfValue(schema, coordinates, argument.type, value)];
}

function applies(when: readonly Condition[], variables: Variables): boolean {
  return when.every((condition) => {
    const given: unknown = valueFromASTUntyped(condition.if, variables);
    return typeof given !== 'boolean' || given === condition.value; // anything else is no boolean: execution refuses it
  });
}

function withDefaults(operation: OperationDefinitionNode, given: Variables): Variables {
  const variables: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    variables[name] = value === undefined && defaultValue ? valueFromASTUntyped(defaultValue) : value;
  }
  return variables;
}

function unmapped(input: string, use: Use): Redaction {
  return {
    field: input,
    use,
    policy: defaultDeny,
    reason: `No field is known for it to ${useVerbs[use]}.`,
    howToRequest: null,
  };
}
