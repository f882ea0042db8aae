import { describe, expect, test } from 'vitest';
import {
  nonNullableDenials,
  uncovered,
  unknownLabels,
  unmappedInputs,
  unstatedArguments,
} from '../../access/coverage.ts';
import { indexCoordinates } from '../../access/coordinates.ts';
import { compile } from '../../access/decisions.ts';
import { shippedRoles } from '../../access/actor.ts';
import { shippedPolicy } from '../../access/shipped.ts';
import { buildUnguardedSchema, labelsOf } from './schema.ts';

const schema = buildUnguardedSchema();
const labels = labelsOf(schema);

describe('the schema walk', () => {
  test('finds a label on each field: default deny is proven, not hoped for', () => {
    expect(uncovered(schema, labels)).toEqual([]);
  });

  test('finds a field for each label', () => {
    expect(unknownLabels(schema, labels)).toEqual([]);
  });

  test('finds what each filter and order reveals', () => {
    expect(unmappedInputs(schema, labels)).toEqual([]);
  });

  test('finds what each argument reveals', () => {
    expect(unstatedArguments(schema, labels)).toEqual([]);
  });

  test('finds no non-null field that a role may not read', () => {
    expect(nonNullableDenials(schema, compile(shippedPolicy(), indexCoordinates(labels)), shippedRoles)).toEqual([]);
  });
});
