import type { GraphQLSchema } from 'graphql';
import { createCompiler, type Compiler } from '../../access/compiler.ts';
import { indexCoordinates } from '../../access/coordinates.ts';
import { guardSchema } from '../../access/guard.ts';
import { buildUnguardedSchema, labelsOf } from './schema.ts';

/** The schema with its guard, and the compiler of the policies that decide over its fields. It follows from the code alone, whatever the database. */
export interface ServedSchema {
  readonly schema: GraphQLSchema;
  readonly compiler: Compiler;
}

export function serveSchema(): ServedSchema {
  const unguarded = buildUnguardedSchema();
  const coordinates = indexCoordinates(labelsOf(unguarded));
  return { schema: guardSchema(unguarded, coordinates), compiler: createCompiler(coordinates) };
}
