import type { Class, InputUse, Labels } from './classes.ts';

/** Every `Type.field` of the schema with its number in compiled tables. Built once; guard and policies must share one. */
export interface Coordinates {
  /** By number, sorted. */
  readonly names: readonly string[];
  readonly classes: readonly Class[];
  readonly index: ReadonlyMap<string, number>;
  /** The numbers of a type's fields. */
  readonly ofType: ReadonlyMap<string, readonly number[]>;
  readonly inputs: ReadonlyMap<string, readonly InputUse[]>;
  /** By number: whether objects of the field's type have effective tags. */
  readonly tagged: readonly boolean[];
}

export function indexCoordinates(labels: Labels): Coordinates {
  const labelled = Object.entries(labels.fields)
    .flatMap(([type, fields]) =>
      Object.entries(fields).map(([field, label]) => ({ type, name: `${type}.${field}`, label })),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const ofType = new Map<string, number[]>();
  labelled.forEach(({ type }, number) => {
    const numbers = ofType.get(type);
    if (numbers) numbers.push(number);
    else ofType.set(type, [number]);
  });
  return {
    names: labelled.map(({ name }) => name),
    classes: labelled.map(({ label }) => label),
    index: new Map(labelled.map(({ name }, number) => [name, number])),
    ofType,
    inputs: new Map(Object.entries(labels.inputs)),
    tagged: labelled.map(({ type }) => labels.tagged.includes(type)),
  };
}
