import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import type { Role } from './actor.ts';
import type { Labels } from './classes.ts';
import { indexCoordinates } from './coordinates.ts';
import { ALLOW, cell, DENY, DEPENDS, type CompiledPolicy } from './decisions.ts';
import { demandsOfEnumValue, demandsOfField, subjectOf } from './inputs.ts';

/** Fields of object types that no policy file labels. */
export function uncovered(schema: GraphQLSchema, labels: Labels): string[] {
  return fieldsOf(schema).filter((name) => !isLabelled(labels, name));
}

/** Labels, and stated uses of inputs, that name nothing in the schema. */
export function unknownLabels(schema: GraphQLSchema, labels: Labels): string[] {
  const fields = new Set(fieldsOf(schema));
  const inputs = new Set(inputsOf(schema));
  return [
    ...Object.entries(labels.fields)
      .flatMap(([type, own]) => Object.keys(own).map((field) => `${type}.${field}`))
      .filter((name) => !fields.has(name)),
    ...Object.keys(labels.inputs).filter((name) => !inputs.has(name)),
    ...Object.values(labels.inputs)
      .flat()
      .map(({ coordinate }) => coordinate)
      .filter((name) => !fields.has(name)),
  ].sort();
}

/** Filters, orders and the like whose fields or values map to no field by name and have no stated use: nobody could use them. */
export function unmappedInputs(schema: GraphQLSchema, labels: Labels): string[] {
  const coordinates = indexCoordinates(labels);
  const demands = inputTypes(schema).flatMap((type) => {
    if (isInputObjectType(type)) {
      return Object.values(type.getFields()).flatMap((field) =>
        demandsOfField(schema, coordinates, type, field.name, field.type),
      );
    }
    return isEnumType(type) && subjectOf(schema, type)
      ? type.getValues().flatMap((value) => demandsOfEnumValue(schema, coordinates, type, value.name))
      : [];
  });
  return demands.filter((demand) => demand.coordinates.length === 0).map((demand) => demand.input);
}

/** What never says anything of a hidden value: paging, identity of the object asked for, extent of a walk. */
const harmlessArguments = new Set([
  'id',
  'ids',
  'first',
  'after',
  'last',
  'before',
  'asOf',
  'input',
  'depth',
  'points',
  'from',
  'to',
]);

/**
 * Arguments whose name and type do not tell which fields they use, and of which no policy file does: a free-text search, a flag.
 * Mutations are exempt: what they are given is written, not compared.
 */
export function unstatedArguments(schema: GraphQLSchema, labels: Labels): string[] {
  const reading = objectTypes(schema).filter((type) => type !== schema.getMutationType());
  return reading.flatMap((type) =>
    Object.values(type.getFields()).flatMap((field) =>
      field.args
        .filter((arg) => !harmlessArguments.has(arg.name) && !subjectOf(schema, getNamedType(arg.type)))
        .map((arg) => `${type.name}.${field.name}(${arg.name}:)`)
        .filter((name) => !Object.hasOwn(labels.inputs, name)),
    ),
  );
}

export interface NonNullable {
  /** `Type.field` */
  readonly coordinate: string;
  readonly role: Role;
}

/**
 * Fields that must become nullable: someone in `role` can reach an object of the type and may not select the field, so that one hidden
 * value would take its whole object away. Root fields are exempt: they are refused whole.
 */
export function nonNullableDenials(
  schema: GraphQLSchema,
  policy: CompiledPolicy,
  roles: readonly Role[],
): NonNullable[] {
  const types = new Map(objectTypes(schema).map((type) => [type.name, type]));
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roles.flatMap((role) => {
    const table = policy.tableFor([role]);
    // By type: the tag-dependent class through which alone it is reached, or none when it is reached freely.
    const reached = new Map<string, string | undefined>();
    const left: { type: GraphQLNamedType; through: string | undefined }[] = [];
    const visit = (type: GraphQLNamedType, through: string | undefined): void => {
      if (isAbstractType(type)) {
        for (const possible of schema.getPossibleTypes(type)) {
          // whoever may not read a type's id is given none of its objects where any type may stand
          const id = policy.coordinates.index.get(`${possible.name}.id`);
          if (id === undefined || table[cell(id, 'select')] !== DENY) visit(possible, through);
        }
      }
      if (
        !isObjectType(type) ||
        (reached.has(type.name) && (through !== undefined || reached.get(type.name) === undefined))
      )
        return;
      reached.set(type.name, through);
      left.push({ type, through });
    };
    const follow = (type: GraphQLNamedType, use: 'select' | 'mutate' | 'subscribe', through?: string): void => {
      for (const field of Object.values(types.get(type.name)?.getFields() ?? {})) {
        const number = policy.coordinates.index.get(`${type.name}.${field.name}`);
        const outcome = number === undefined ? DENY : table[cell(number, use)];
        if (outcome === DENY) continue;
        visit(getNamedType(field.type), outcome === ALLOW ? through : policy.coordinates.classes[number!]);
      }
    };
    roots.forEach((root, place) => root && follow(root, (['select', 'mutate', 'subscribe'] as const)[place]!));
    for (let next = left.pop(); next; next = left.pop()) follow(next.type, 'select', next.through);

    return [...reached].flatMap(([name, through]) =>
      Object.values(types.get(name)?.getFields() ?? {}).flatMap((field) => {
        const coordinate = `${name}.${field.name}`;
        const number = policy.coordinates.index.get(coordinate);
        if (!isNonNullType(field.type) || number === undefined) return [];
        const outcome = table[cell(number, 'select')];
        const label = policy.coordinates.classes[number]!;
        const hidden = outcome === DENY || (outcome === DEPENDS && through !== label);
        return hidden ? [{ coordinate, role }] : [];
      }),
    );
  });
}

const isLabelled = (labels: Labels, name: string): boolean => {
  const [type, field] = name.split('.') as [string, string];
  return Object.hasOwn(labels.fields, type) && Object.hasOwn(labels.fields[type]!, field);
};

const objectTypes = (schema: GraphQLSchema) =>
  Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .filter((type) => !isIntrospectionType(type));

const inputTypes = (schema: GraphQLSchema) =>
  Object.values(schema.getTypeMap())
    .filter((type) => isInputObjectType(type) || isEnumType(type))
    .filter((type) => !isIntrospectionType(type));

const fieldsOf = (schema: GraphQLSchema): string[] =>
  objectTypes(schema).flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));

function inputsOf(schema: GraphQLSchema): string[] {
  const parts = inputTypes(schema).flatMap((type) =>
    (isInputObjectType(type) ? Object.keys(type.getFields()) : type.getValues().map((value) => value.name)).map(
      (part) => `${type.name}.${part}`,
    ),
  );
  const args = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .flatMap((type) =>
      Object.values(type.getFields()).flatMap((field) =>
        field.args.map((arg) => `${type.name}.${field.name}(${arg.name}:)`),
      ),
    );
  return [...parts, ...args];
}
