import { isInputObjectType, isObjectType, type GraphQLSchema } from 'graphql';
import { expect } from 'vitest';
import type { World } from './world.ts';

/** Every field of the schema's inputs, every argument and every field, by name. */
function namesIn(schema: GraphQLSchema): { inputs: string[]; args: string[]; fields: string[]; types: string[] } {
  const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__'));
  const objects = types.filter(isObjectType).flatMap((type) => Object.values(type.getFields()));
  return {
    inputs: types.filter(isInputObjectType).flatMap((type) => Object.keys(type.getFields())),
    args: objects.flatMap((field) => field.args.map((arg) => arg.name)),
    fields: objects.map((field) => field.name),
    types: types.map((type) => type.name),
  };
}

/** No filter, order, argument, field or type is called so: whoever adds one writes the attack on it. */
export function hasNothingCalled({ app }: World, pattern: RegExp, except: readonly string[] = []): void {
  const { inputs, args, fields, types } = namesIn(app.aval.schema);
  const named = [...inputs, ...args, ...fields, ...types].filter(
    (name) => pattern.test(name) && !except.includes(name),
  );
  expect([...new Set(named)], 'this needs an attack of its own').toEqual([]);
}
