import { mapSchema, MapperKind } from '@graphql-tools/utils';
import {
  defaultFieldResolver,
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLFieldConfig,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { AvalError } from '../shared/errors.ts';
import type { Access } from './access.ts';
import { classes } from './classes.ts';
import type { Coordinates } from './coordinates.ts';
import { ALLOW, cell, DEPENDS } from './decisions.ts';
import { introspectByRole } from './introspection.ts';
import { maskValue } from './masks.ts';
import { decideOperation } from './operation.ts';
import { redactionsOf } from './object-redactions.ts';
import { forbiddenInGraphQL, redactionFor, type Redaction } from './redaction.ts';
import { rootUsesOf, type Use } from './uses.ts';

/** What the guard needs of the GraphQL context. */
export interface GuardContext {
  access: Access;
}

type Resolver = GraphQLFieldResolver<unknown, GuardContext, Record<string, unknown>>;
type FieldConfig = GraphQLFieldConfig<unknown, GuardContext, Record<string, unknown>>;

/**
 * The same schema, with each field of each object type deciding before it resolves. Inside the schema, so that HTTP, sockets and calls
 * in the process are covered alike. Throws when a field has no label.
 *
 * A denied field is null, or an error where null is not allowed; root fields make the early pass over their whole operation first.
 * `redactions` of an object needs no resolver: where its type's own gives nothing, the guard answers.
 */
export function guardSchema(schema: GraphQLSchema, coordinates: Coordinates): GraphQLSchema {
  const missing: string[] = [];
  const roots = rootUsesOf(schema);
  const guarded = mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (config: FieldConfig, name, type) => {
      const number = coordinates.index.get(`${type}.${name}`);
      if (number === undefined) {
        missing.push(`${type}.${name}`);
        return config;
      }
      const rootUse = roots.get(type);
      const listed = taggedItems(config, schema, coordinates);
      const inner = listed ? lookAtItems(listed, resolverOf(config)) : resolverOf(config);
      const field: GuardedField = {
        number,
        name: `${type}.${name}`,
        use: rootUse ?? 'select',
        required: rootUse !== undefined || isNonNullType(config.type),
        type: config.type,
      };
      if (rootUse) return guardRoot(config, field, inner, coordinates);
      const cautious = slowPath(field, inner);
      if (classes[coordinates.classes[number]!].audited) return { ...config, resolve: cautious };
      const at = cell(number, 'select');
      const reads = !config.resolve && !isRedactions(config) && !listed;
      return { ...config, resolve: reads ? fastRead(at, name, cautious) : fastResolve(at, inner, cautious) };
    },
  });
  if (missing.length > 0) throw new Error(`No policy file labels ${missing.join(', ')}`);
  introspectByRole(guarded);
  return guarded;
}

interface GuardedField {
  readonly number: number;
  readonly name: string;
  readonly use: Use;
  readonly required: boolean;
  readonly type: GraphQLOutputType;
}

const isRedactions = (config: FieldConfig): boolean => getNamedType(config.type).name === 'Redaction';

function resolverOf(config: FieldConfig): Resolver {
  const own = config.resolve ?? defaultFieldResolver;
  if (!isRedactions(config)) return own;
  return (source, args, context, info) =>
    own(source, args, context, info) ?? redactionsOf(context.access, info.parentType.name, source as object);
}

// The two fast paths are one lookup in an array of bytes, or two where tags decide; everything else is out of their way.

/** Whether it is allowed whatever the object's tags, or they are known to allow it. */
const isOpen = (at: number, access: Access, source: unknown, { path }: GraphQLResolveInfo): boolean => {
  const said = access.table[at];
  return said === ALLOW || (said === DEPENDS && access.tagged.isOpen(path.prev?.prev, source as object, at));
};

function fastResolve(at: number, resolve: Resolver, cautious: Resolver): Resolver {
  return (source, args, context, info) =>
    isOpen(at, context.access, source, info)
      ? resolve(source, args, context, info)
      : cautious(source, args, context, info);
}

function fastRead(at: number, name: string, cautious: Resolver): Resolver {
  return (source, args, context, info) => {
    const { access } = context;
    if (!isOpen(at, access, source, info)) return cautious(source, args, context, info);
    const value = (source as Record<string, unknown>)[name];
    return typeof value === 'function' ? defaultFieldResolver(source, args, context, info) : value;
  };
}

type Items = ReadonlyMap<string, readonly number[]>;

/** Of a list of objects that have tags: the coordinates of each of their fields, by name. */
function taggedItems(config: FieldConfig, schema: GraphQLSchema, { index, tagged }: Coordinates): Items | undefined {
  if (!isListType(getNullableType(config.type))) return undefined;
  const type = getNamedType(config.type);
  const types = isAbstractType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
  const fields = types.flatMap((one) =>
    Object.keys(one.getFields()).flatMap((name) => {
      const number = index.get(`${one.name}.${name}`);
      return number !== undefined && tagged[number] ? [{ name, number }] : [];
    }),
  );
  if (fields.length === 0) return undefined;
  const byName = Map.groupBy(fields, ({ name }) => name);
  return new Map([...byName].map(([name, some]) => [name, some.map(({ number }) => cell(number, 'select'))]));
}

/** Where tags decide on what is asked of a list's objects, all of them are looked at together, before any is asked for a field. */
function lookAtItems(items: Items, resolve: Resolver): Resolver {
  const asked = new WeakMap<FieldNode, WeakMap<Uint8Array, readonly number[]>>();
  const dependent = (node: FieldNode, table: Uint8Array, info: GraphQLResolveInfo): readonly number[] => {
    const byTable = asked.get(node) ?? new WeakMap<Uint8Array, readonly number[]>();
    asked.set(node, byTable);
    const known = byTable.get(table);
    if (known) return known;
    const cells = namesIn(node, info).flatMap((name) => (items.get(name) ?? []).filter((at) => table[at] === DEPENDS));
    byTable.set(table, cells);
    return cells;
  };
  return (source, args, context, info) => {
    const result = resolve(source, args, context, info);
    const { access } = context;
    const cells = info.fieldNodes.flatMap((node) => dependent(node, access.table, info));
    if (cells.length === 0) return result;
    const look = (list: unknown): unknown => {
      if (!Array.isArray(list)) return list;
      // its path stands for the list: the fields of its objects have it two steps above
      const looking = access.tagged.look(info.path, list, cells);
      return looking ? looking.then((): unknown => list) : (list as unknown);
    };
    return result instanceof Promise ? result.then(look) : look(result);
  };
}

/** Names of the fields that are asked of what stands there, those of fragments included. */
function namesIn(
  { selectionSet }: { readonly selectionSet?: SelectionSetNode | undefined },
  info: GraphQLResolveInfo,
): string[] {
  return (selectionSet?.selections ?? []).flatMap((one) => {
    if (one.kind === Kind.FIELD) return [one.name.value];
    const fragment = one.kind === Kind.FRAGMENT_SPREAD ? info.fragments[one.name.value] : one;
    return fragment ? namesIn(fragment, info) : [];
  });
}

function slowPath(field: GuardedField, resolve: Resolver): Resolver {
  const denials = new WeakMap<Uint8Array, Redaction>(); // by the roles' table: a page of denied rows explains itself once
  return (source, args, context, info) => {
    const access = accessOf(context);
    const outcome = access.table[cell(field.number, field.use)];
    const proceed = (): unknown => {
      if (isAudited(access, field)) access.trail.read(field.name, source);
      return resolve(source, args, context, info);
    };
    if (outcome === ALLOW) return proceed();
    const settled = (hidden: Redaction): unknown =>
      hidden.mask ? masked(hidden, proceed) : refuse(access, field, hidden, source);
    const masked = async (hidden: Redaction, value: () => unknown): Promise<unknown> => {
      const shown = maskValue(hidden.mask!, field.type, await value(), access.maskKey);
      return shown === null ? refuse(access, field, hidden, source) : (access.trail.denied(hidden, source), shown);
    };
    if (outcome !== DEPENDS || source === null || typeof source !== 'object') {
      let hidden = denials.get(access.table);
      if (!hidden) {
        hidden = redactionFor(access.policy, access.actor.roles, field.number, field.use);
        denials.set(access.table, hidden);
      }
      return settled(hidden);
    }
    if (isOpen(cell(field.number, field.use), access, source, info)) return proceed();
    return access.hides(field.number, field.use, source).then((hidden) => (hidden ? settled(hidden) : proceed()));
  };
}

function refuse(access: Access, field: GuardedField, hidden: Redaction, source: unknown): null {
  access.trail.denied(hidden, source);
  if (field.required) throw forbiddenInGraphQL(hidden);
  return null;
}

function isAudited({ policy }: Access, { number, use }: GuardedField): boolean {
  return use !== 'mutate' && classes[policy.coordinates.classes[number]!].audited;
}

function accessOf(context: GuardContext | undefined): Access {
  const access = context?.access;
  if (!access) throw new AvalError('UNAUTHENTICATED', 'Nobody is signed in.');
  return access;
}

function guardRoot(config: FieldConfig, field: GuardedField, resolve: Resolver, coordinates: Coordinates): FieldConfig {
  const guarded = slowPath(field, resolve);
  const pass = (context: GuardContext, info: GraphQLResolveInfo): void => {
    const access = accessOf(context);
    if (access.policy.coordinates !== coordinates) throw new Error('The policy was compiled for another schema');
    passOnce(access, info);
  };
  const { subscribe } = config;
  if (!subscribe) {
    return {
      ...config,
      resolve: (source, args, context, info) => {
        pass(context, info);
        return guarded(source, args, context, info);
      },
    };
  }
  return {
    ...config,
    subscribe: (source, args, context, info) => {
      pass(context, info);
      return subscribe(source, args, context, info);
    },
    resolve: (source, args, context, info) => {
      pass(context, info);
      return guarded(source, args, context, info);
    },
  };
}

// graphql-js makes the object of coerced variables anew for each execution, so it stands for the execution.
const passed = new WeakMap<object, Access>();

function passOnce(access: Access, info: GraphQLResolveInfo): void {
  if (passed.get(info.variableValues) === access) return;
  const [refusal] = decideOperation(access, info.schema, info.operation, info.fragments, info.variableValues);
  if (refusal) throw refusal;
  passed.set(info.variableValues, access);
}
