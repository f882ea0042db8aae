import 'reflect-metadata';
import { isObjectType, type GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import type { Labels } from '../../access/classes.ts';
import { allLabels } from '../../domain/labels.ts';
import { structuralTypes } from '../../domain/relay/structural.ts';
import { DateTime } from '../../domain/relay/scalars.ts';
import { resolvers } from '../../domain/resolvers.ts';

/** The schema as the resolvers make it, without the guard: nothing but `guardSchema` and its bench may execute it. */
export function buildUnguardedSchema(): GraphQLSchema {
  return buildSchemaSync({
    resolvers,
    validate: true,
    // every subscription brings its own source, which follows the log
    pubSub: { publish: noTopics, subscribe: noTopics },
    scalarsMap: [{ type: Date, scalar: DateTime }],
  });
}

function noTopics(): never {
  throw new Error('Subscriptions follow the log; there is no other mechanism.');
}

/** The schema's labels: each domain's, and `structural` for connections and their like. */
export function labelsOf(schema: GraphQLSchema): Labels {
  const structural: Record<string, string[]> = {};
  for (const name of structuralTypes) {
    const type = schema.getType(name);
    if (isObjectType(type)) structural[name] = Object.keys(type.getFields());
  }
  return allLabels(structural);
}
