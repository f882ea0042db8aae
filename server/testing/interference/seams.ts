import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isNonNullType,
  isObjectType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { Coordinates } from '../../access/coordinates.ts';
import { demandsOfEnumValue, demandsOfField, statedDemands, type Demand } from '../../access/inputs.ts';
import type { Use } from '../../access/uses.ts';

/** A field put to a use. */
export interface Cell {
  /** `Type.field` */
  readonly coordinate: string;
  readonly use: Use;
}

export const nameOfCell = ({ coordinate, use }: Cell): string => `${coordinate} ${use}`;

/** An argument that uses fields: where it is, the way down into its value, and what that demands. */
export interface Lever {
  readonly owner: string;
  readonly field: string;
  readonly argument: string;
  /** Input fields, and at the end maybe a value of an enum. */
  readonly steps: readonly string[];
  readonly demands: readonly Cell[];
}

/** Every argument of the schema that filters, sorts or otherwise uses fields: from the schema and the stated uses, not from a list. */
export function leversOf(schema: GraphQLSchema, coordinates: Coordinates): Lever[] {
  const cellsOf = (demands: readonly Demand[], pages: boolean): Cell[] =>
    demands.flatMap(({ coordinates: numbers, use }) =>
      numbers.flatMap((number) => {
        const coordinate = coordinates.names[number]!;
        return use === 'order' && pages ? [{ coordinate, use }, { coordinate, use: 'cursor' as const }] : [{ coordinate, use }];
      }),
    ); // prettier-ignore

  return objectTypes(schema).flatMap((type) =>
    Object.values(type.getFields()).flatMap((field) =>
      field.args.flatMap((argument) => {
        const pages = field.args.some(({ name }) => name === 'after');
        const lever = (steps: readonly string[], demands: readonly Demand[]): Lever => ({
          owner: type.name, field: field.name, argument: argument.name, steps, demands: cellsOf(demands, pages),
        }); // prettier-ignore
        const within = (input: GraphQLInputType, steps: readonly string[], so: readonly Demand[]): Lever[] => {
          const named: GraphQLNamedInputType = getNamedType(input);
          if (isEnumType(named)) {
            return named.getValues().flatMap((value) => {
              const demands = demandsOfEnumValue(schema, coordinates, named, value.name);
              return demands.length > 0 ? [lever([...steps, value.name], [...so, ...demands])] : [];
            });
          }
          if (!isInputObjectType(named)) return [];
          return Object.values(named.getFields()).flatMap((inner) => {
            const demands = [...so, ...demandsOfField(schema, coordinates, named, inner.name, inner.type)];
            const path = [...steps, inner.name];
            const deeper = within(inner.type, path, demands);
            return deeper.length > 0 ? deeper : demands.length > so.length ? [lever(path, demands)] : [];
          });
        };
        const stated = statedDemands(coordinates, `${type.name}.${field.name}(${argument.name}:)`) ?? [];
        return stated.length > 0 ? [lever([], stated)] : within(argument.type, [], []);
      }),
    ),
  );
}

export const objectTypes = (schema: GraphQLSchema): GraphQLObjectType[] =>
  Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && !type.name.startsWith('__'),
  ) as GraphQLObjectType[];

export type Field = GraphQLField<unknown, unknown>;

/** One step from type to type. */
export interface Step {
  readonly from: string;
  readonly field: string;
  /** The concrete type that is gone on with. */
  readonly to: string;
  /** Where the role is refused it, the whole operation is: it is not null, or a root field. */
  readonly required: boolean;
}

/** Every step that a selection can take, from each type that a query reaches. */
export function stepsOf(schema: GraphQLSchema): ReadonlyMap<string, readonly Step[]> {
  const roots = new Set([schema.getMutationType()?.name, schema.getSubscriptionType()?.name]);
  return new Map(
    objectTypes(schema)
      .filter((type) => !roots.has(type.name))
      .map((type) => [
        type.name,
        Object.values(type.getFields()).flatMap((field) => {
          const to = getNamedType(field.type);
          if (!isCompositeType(to)) return [];
          const types = isAbstractType(to) ? schema.getPossibleTypes(to) : [to];
          const required = isNonNullType(field.type) || type === schema.getQueryType();
          return types.map((one) => ({ from: type.name, field: field.name, to: one.name, required }));
        }),
      ]),
  );
}
