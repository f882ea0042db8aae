import { readFileSync } from 'node:fs';
import { buildSchema, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { actions } from './actions.ts';
import { detailsFor } from './details.ts';

const everything = { can: () => true };
const nothing = { can: () => false };

test('each detail repeats a field of the schema, or stands for itself', () => {
  const schema = buildSchema(readFileSync(new URL('../../../schema/schema.graphql', import.meta.url), 'utf8'));
  const isField = (coordinate: string): boolean => {
    const [type, field] = coordinate.split('.') as [string, string];
    const found = schema.getType(type);
    return isObjectType(found) && Object.hasOwn(found.getFields(), field);
  };
  const repeated = Object.values(actions).flatMap((details) => Object.values<string | null>(details));
  expect(repeated.filter((coordinate) => coordinate !== null && !isField(coordinate))).toEqual([]);
});

test('a detail that repeats a hidden field is left out, what stands for itself stays', () => {
  const event = { action: 'lineage.recorded', details: { job: 'etl', inputs: 2 } };
  expect(detailsFor(everything, event)).toEqual(event.details);
  expect(detailsFor(nothing, event)).toEqual({ inputs: 2 });
});

test('nobody is told a detail, or of an action, that nobody has thought of', () => {
  expect(detailsFor(everything, { action: 'lineage.recorded', details: { inputs: 2, secret: 1, toString: 1 } })).toEqual({ inputs: 2 }); // prettier-ignore
  expect(detailsFor(everything, { action: 'lineage.invented', details: { inputs: 2 } })).toEqual({});
  expect(detailsFor(everything, { action: 'constructor', details: { name: 'Object' } })).toEqual({});
});
