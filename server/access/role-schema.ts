import { mapSchema, MapperKind, pruneSchema } from '@graphql-tools/utils';
import {
  isInputObjectType,
  isObjectType,
  isRequiredInputField,
  type GraphQLEnumType,
  type GraphQLFieldConfig,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { Coordinates } from './coordinates.ts';
import { ALLOW, cell, DENY } from './decisions.ts';
import { demandsOfEnumValue, demandsOfField, statedDemands, type Demand } from './inputs.ts';
import { rootUsesOf } from './uses.ts';

// By table: the same for everyone in the same roles under the same policy version.
const known = new WeakMap<GraphQLSchema, WeakMap<Uint8Array, GraphQLSchema>>();

/**
 * The schema as far as these roles can ever use it: fields that some object may show them, filters and orders that they may use,
 * and the types that are reached through these. It is what introspection tells; nothing is executed against it.
 */
export function roleSchema(schema: GraphQLSchema, coordinates: Coordinates, table: Uint8Array): GraphQLSchema {
  let byTable = known.get(schema);
  if (!byTable) known.set(schema, (byTable = new WeakMap()));
  let found = byTable.get(table);
  if (!found) byTable.set(table, (found = cutTo(schema, coordinates, table)));
  return found;
}

function cutTo(schema: GraphQLSchema, coordinates: Coordinates, table: Uint8Array): GraphQLSchema {
  const roots = rootUsesOf(schema);
  const mayUse = (demands: readonly Demand[]): boolean =>
    demands.every(
      (demand) =>
        demand.coordinates.length > 0 && demand.coordinates.every((one) => table[cell(one, demand.use)] === ALLOW),
    );
  const mayShow = (type: string, field: string): boolean => {
    const number = coordinates.index.get(`${type}.${field}`);
    if (number === undefined) return false;
    const rootUse = roots.get(type);
    return rootUse ? table[cell(number, rootUse)] === ALLOW : table[cell(number, 'select')] !== DENY;
  };
  // Whoever may not read the id of a type never meets an object of it.
  const isMet = (type: GraphQLObjectType): boolean => !type.getFields()['id'] || mayShow(type.name, 'id');
  const shown = mapSchema(schema, {
    [MapperKind.OBJECT_TYPE]: (type) => (isMet(type) ? type : null),
    [MapperKind.OBJECT_FIELD]: (config: GraphQLFieldConfig<unknown, unknown>, field, type) => {
      if (!mayShow(type, field)) return null;
      const args = Object.entries(config.args ?? {}).filter(([name]) =>
        mayUse(statedDemands(coordinates, `${type}.${field}(${name}:)`) ?? []),
      );
      return { ...config, args: Object.fromEntries(args) };
    },
    [MapperKind.INPUT_OBJECT_FIELD]: (config, field, type) => {
      const input = schema.getType(type) as GraphQLInputObjectType;
      return mayUse(demandsOfField(schema, coordinates, input, field, config.type)) ? config : null;
    },
    [MapperKind.ENUM_VALUE]: (config, type, _schema, value) => {
      const input = schema.getType(type) as GraphQLEnumType;
      return mayUse(demandsOfEnumValue(schema, coordinates, input, value)) ? config : null;
    },
  });
  return pruneSchema(withWholeInterfaces(pruneSchema(withoutUnusable(shown, schema))));
}

/** Without enums that lost all their values, and then without inputs that lost a field which they cannot do without. */
function withoutUnusable(shown: GraphQLSchema, whole: GraphQLSchema): GraphQLSchema {
  const withoutEnums = mapSchema(shown, {
    [MapperKind.ENUM_TYPE]: (type) => (type.getValues().length === 0 ? null : type),
  });
  return mapSchema(withoutEnums, {
    [MapperKind.INPUT_OBJECT_TYPE]: (type) => {
      const before = whole.getType(type.name);
      const lost =
        isInputObjectType(before) &&
        Object.values(before.getFields()).some((field) => isRequiredInputField(field) && !type.getFields()[field.name]);
      return lost ? null : type;
    },
  });
}

/** An interface promises only what each type behind it shows: the others are asked for by type. */
function withWholeInterfaces(schema: GraphQLSchema): GraphQLSchema {
  const typesBehind = Map.groupBy(
    Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .flatMap((type) => type.getInterfaces().map(({ name }) => ({ name, type }))),
    ({ name }) => name,
  );
  const shows = (type: GraphQLObjectType, field: string): boolean => field in type.getFields();
  return mapSchema(schema, {
    [MapperKind.INTERFACE_FIELD]: (config, field, name) =>
      (typesBehind.get(name) ?? []).every(({ type }) => shows(type, field)) ? config : null,
  });
}
