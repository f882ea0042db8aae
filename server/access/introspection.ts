import {
  isAbstractType,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  __Type,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { AvalError } from '../shared/errors.ts';
import type { Access } from './access.ts';
import { roleSchema } from './role-schema.ts';

const guarded = new WeakSet<GraphQLSchema>();

/**
 * From now on introspection of this schema shows each caller the schema of its roles. The fields that introspect are graphql-js's own
 * objects, one for all schemas of the process, and no schema can bring others: so they are changed once, and schemas that are not
 * guarded are answered as before.
 */
export function introspectByRole(schema: GraphQLSchema): void {
  guarded.add(schema);
}

function visible(info: GraphQLResolveInfo, context: unknown): GraphQLSchema {
  if (!guarded.has(info.schema)) return info.schema;
  const access = (context as { access?: Access } | undefined)?.access;
  if (!access) throw new AvalError('UNAUTHENTICATED', 'Nobody is signed in.');
  return roleSchema(info.schema, access.policy.coordinates, access.table);
}

SchemaMetaFieldDef.resolve = (_source, _args, context, info) => visible(info, context);
TypeMetaFieldDef.resolve = (_source, { name }: { name: string }, context, info) => visible(info, context).getType(name);
__Type.getFields()['possibleTypes']!.resolve = (type: unknown, _args, context, info) =>
  isAbstractType(type) ? visible(info, context).getPossibleTypes(type) : undefined;
