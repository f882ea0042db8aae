import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
  Kind,
  OperationTypeNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { Coordinates } from './coordinates.ts';
import type { Use } from './uses.ts';

/** `@include` or `@skip`: the part counts only when the variable, or the literal, is `value`. */
export interface Condition {
  readonly if: ValueNode;
  readonly value: boolean;
}

export interface ArgumentPlan {
  /** `Query.runs(where:)` */
  readonly name: string;
  readonly argument: GraphQLArgument;
  /** Absent when the default applies. */
  readonly value: ValueNode | undefined;
}

export interface FieldPlan {
  readonly node: FieldNode;
  readonly when: readonly Condition[];
  /** One for each object type that may stand here. */
  readonly coordinates: readonly number[];
  readonly use: Use;
  /** No object stands above it whose tags could be looked at. */
  readonly root: boolean;
  /** Refused as a whole: it cannot be answered by null, or is what was asked for in the first place. */
  readonly required: boolean;
  readonly args: readonly ArgumentPlan[];
  /** Whether its cursors carry what its order sorts by. */
  readonly pages: boolean;
  readonly selection: SelectionPlan | undefined;
}

/** What a selection set asks, whoever asks. Fragments share theirs, so a plan is never larger than its document. */
export interface SelectionPlan {
  readonly fields: FieldPlan[];
  readonly spreads: { readonly when: readonly Condition[]; readonly selection: SelectionPlan }[];
}

const rootUses: Record<OperationTypeNode, Use> = {
  [OperationTypeNode.QUERY]: 'select',
  [OperationTypeNode.MUTATION]: 'mutate',
  [OperationTypeNode.SUBSCRIPTION]: 'subscribe',
};

export type Fragments = Readonly<Record<string, FragmentDefinitionNode>>;

export function planOperation(
  schema: GraphQLSchema,
  coordinates: Coordinates,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): SelectionPlan {
  const known = new Map<SelectionSetNode, Map<GraphQLCompositeType, SelectionPlan>>();
  const root = schema.getRootType(operation.operation);

  const planSelection = (set: SelectionSetNode, parent: GraphQLCompositeType): SelectionPlan => {
    let byParent = known.get(set);
    if (!byParent) known.set(set, (byParent = new Map<GraphQLCompositeType, SelectionPlan>()));
    const existing = byParent.get(parent);
    if (existing) return existing;
    const plan: SelectionPlan = { fields: [], spreads: [] };
    byParent.set(parent, plan); // before the children: a fragment that names itself, which validation refuses, must not hang
    for (const selection of set.selections) add(plan, selection, parent);
    return plan;
  };

  const add = (plan: SelectionPlan, selection: SelectionNode, parent: GraphQLCompositeType): void => {
    const when = conditionsOf(selection);
    if (selection.kind === Kind.FIELD) {
      const field = planField(selection, parent, when);
      if (field) plan.fields.push(field);
      return;
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments[selection.name.value] : selection;
    if (!fragment) return;
    const condition = fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : parent;
    if (isCompositeType(condition)) {
      plan.spreads.push({ when, selection: planSelection(fragment.selectionSet, condition) });
    }
  };

  const planField = (
    node: FieldNode,
    parent: GraphQLCompositeType,
    when: readonly Condition[],
  ): FieldPlan | undefined => {
    const name = node.name.value;
    const definition = fieldOf(parent, name);
    if (!definition) return undefined; // introspection, or a field that validation refuses
    const type: GraphQLNamedType = getNamedType(definition.type);
    return {
      node,
      when,
      coordinates: possibleTypes(schema, parent)
        .map((possible) => coordinates.index.get(`${possible.name}.${name}`))
        .filter((number) => number !== undefined),
      use: parent === root ? rootUses[operation.operation] : 'select',
      root: parent === root,
      required: parent === root || isNonNullType(definition.type),
      args: definition.args.map((argument) => ({
        name: `${parent.name}.${name}(${argument.name}:)`,
        argument,
        value: node.arguments?.find((given) => given.name.value === argument.name)?.value,
      })),
      pages: definition.args.some((argument) => argument.name === 'after' || argument.name === 'before'),
      selection: node.selectionSet && isCompositeType(type) ? planSelection(node.selectionSet, type) : undefined,
    };
  };

  return root ? planSelection(operation.selectionSet, root) : { fields: [], spreads: [] };
}

function conditionsOf(selection: SelectionNode): Condition[] {
  return (selection.directives ?? []).flatMap((directive) => {
    const name = directive.name.value;
    const given = directive.arguments?.find((argument) => argument.name.value === 'if')?.value;
    return given && (name === 'include' || name === 'skip') ? [{ if: given, value: name === 'include' }] : [];
  });
}

function fieldOf(parent: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}

function possibleTypes(schema: GraphQLSchema, parent: GraphQLCompositeType): readonly GraphQLCompositeType[] {
  return isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
}
