import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isScalarType,
  type GraphQLInputType,
  type GraphQLNamedInputType,
  type GraphQLSchema,
} from 'graphql';
import type { Coordinates } from './coordinates.ts';
import type { Use } from './uses.ts';

/** A use of fields that an argument makes: all of them must be allowed, since the rows of every type are compared. */
export interface Demand {
  /** Empty for an input that maps to no field: nobody may use it. */
  readonly coordinates: readonly number[];
  readonly use: Use;
  /** `RunFilter.status` */
  readonly input: string;
}

const suffixes: readonly [RegExp, Use][] = [
  [/^(\w+)(?:Filter|Where)$/, 'filter'],
  [/^(\w+)(?:OrderField|OrderBy|Order)$/, 'order'],
  [/^(\w+)(?:GroupBy|Group)$/, 'group'],
  [/^(\w+)(?:Aggregate|AggregateBy)$/, 'aggregate'],
  [/^(\w+)Search$/, 'search'],
];

interface Subject {
  /** The object types whose fields the input's names are. */
  readonly types: readonly string[];
  readonly use: Use;
}

/** Whose fields an input speaks of, by its name: `RunFilter` filters `Run`. Operators such as `StringFilter` speak of none. */
export function subjectOf(schema: GraphQLSchema, input: GraphQLNamedInputType): Subject | undefined {
  for (const [suffix, use] of suffixes) {
    const output = schema.getType(suffix.exec(input.name)?.[1] ?? '');
    if (!isCompositeType(output)) continue;
    const types = isAbstractType(output) ? schema.getPossibleTypes(output) : [output];
    return { types: types.map((type) => type.name), use };
  }
  return undefined;
}

/**
 * What one field of an input object asks, its value aside: demands; or nothing, when its value says it all (`and`, `or`, `not`,
 * an order's `field`). An input that maps to no field gives a demand without coordinates.
 */
export function demandsOfField(
  schema: GraphQLSchema,
  coordinates: Coordinates,
  input: GraphQLNamedInputType,
  field: string,
  type: GraphQLInputType,
): readonly Demand[] {
  const name = `${input.name}.${field}`;
  const stated = statedDemands(coordinates, name);
  if (stated) return stated;
  const subject = subjectOf(schema, input);
  if (!subject) return [];
  const found = fieldOf(coordinates, subject, field);
  if (found.length > 0) return [{ coordinates: found, use: subject.use, input: name }];
  const named = getNamedType(type);
  const saysItself = (isInputObjectType(named) || isEnumType(named)) && subjectOf(schema, named) !== undefined;
  const isDirection = subject.use === 'order' && isEnumType(named);
  return saysItself || isDirection ? [] : [{ coordinates: [], use: subject.use, input: name }];
}

/** What a value of an enum asks: `RunOrder.STARTED_AT_DESC` sorts by `Run.startedAt`. */
export function demandsOfEnumValue(
  schema: GraphQLSchema,
  coordinates: Coordinates,
  type: GraphQLNamedInputType,
  value: string,
): readonly Demand[] {
  const name = `${type.name}.${value}`;
  const stated = statedDemands(coordinates, name);
  if (stated) return stated;
  const subject = subjectOf(schema, type);
  if (!subject) return [];
  const field = value
    .replace(/_(ASC|DESC)$/, '')
    .toLowerCase()
    .replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const exact = fieldOf(coordinates, subject, value);
  return [
    { coordinates: exact.length > 0 ? exact : fieldOf(coordinates, subject, field), use: subject.use, input: name },
  ];
}

/** What the policy files say of an input by name; undefined when they leave it to its name. */
export function statedDemands(coordinates: Coordinates, name: string): readonly Demand[] | undefined {
  return coordinates.inputs.get(name)?.map(({ coordinate, use }) => {
    const number = coordinates.index.get(coordinate);
    return { coordinates: number === undefined ? [] : [number], use, input: name };
  });
}

function fieldOf(coordinates: Coordinates, subject: Subject, field: string): number[] {
  return subject.types
    .map((type) => coordinates.index.get(`${type}.${field}`))
    .filter((number) => number !== undefined);
}

/** Everything that a value asks, down through lists, nested filters and filters of related types. Unknown keys are not our business. */
export function demandsOfValue(
  schema: GraphQLSchema,
  coordinates: Coordinates,
  type: GraphQLInputType,
  value: unknown,
): Demand[] {
  const demands: Demand[] = [];
  // A list of what is left, not recursion: the nesting is the caller's.
  const left: [GraphQLInputType, unknown][] = [[type, value]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [at, inner] = [getNullableType(next[0]), next[1]];
    if (inner === undefined || isScalarType(getNamedType(at))) continue; // a thousand ids ask for nothing
    if (isListType(at)) {
      for (const item of Array.isArray(inner) ? (inner as unknown[]) : [inner]) left.push([at.ofType, item]);
    } else if (isEnumType(at)) {
      // As written, or as graphql-js hands it to resolvers; where one could be the other, both are asked.
      for (const { name } of at.getValues().filter((one) => one.name === inner || one.value === inner)) {
        demands.push(...demandsOfEnumValue(schema, coordinates, at, name));
      }
    } else if (isInputObjectType(at) && inner !== null && typeof inner === 'object') {
      for (const field of Object.values(at.getFields())) {
        const own = (inner as Record<string, unknown>)[field.name]; // as graphql-js reads it
        const given = own === undefined ? field.defaultValue : own;
        if (given === undefined) continue;
        demands.push(...demandsOfField(schema, coordinates, at, field.name, field.type));
        left.push([field.type, given]);
      }
    }
  }
  return demands;
}
