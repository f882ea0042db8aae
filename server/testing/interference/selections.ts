import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isNonNullType,
  isRequiredArgument,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLObjectType,
} from 'graphql';
import type { Dice } from './dice.ts';
import type { Ground } from './ground.ts';
import { nameOfCell, type Cell, type Field, type Lever, type Step } from './seams.ts';
import { createValues } from './values.ts';

/** One root field, as text. */
export interface Selection {
  readonly text: string;
  readonly isMutation: boolean;
  /** What the role may not use and this asks for. */
  readonly cells: ReadonlySet<string>;
  /** The role is refused the whole of it. */
  readonly refused: boolean;
}

/** A selection of a root field that asks for the cell by a short way, with what else the die says; undefined when there is no way to it. */
export function selectionFor(ground: Ground, cell: Cell, die: Dice, alias: string): Selection | undefined {
  const { schema, typeOf, fieldOf } = ground;
  const { valueDown, valueOf } = createValues(ground, die);
  const cells = new Set<string>();
  let refused = false;
  let aliases = 0;

  const hidden = (coordinate: string): boolean => ground.hides({ coordinate, use: 'select' });
  const selected = (coordinate: string): boolean => {
    touch({ coordinate, use: 'select' });
    return ground.denies({ coordinate, use: 'select' });
  };
  const touch = (cell: Cell): boolean => {
    const isHidden = ground.hides(cell);
    if (isHidden) cells.add(nameOfCell(cell));
    return isHidden;
  };

  /** Walks the way and asks `inner` at its end. Where the role is given null on the way, nothing beyond can refuse it. */
  function along(way: readonly Step[], alias: string, dead: boolean, inner: (dead: boolean) => string): string {
    const [step, ...rest] = way;
    if (!step) return inner(dead);
    const field = fieldOf(step.from, step.field);
    const coordinate = `${step.from}.${step.field}`;
    const isHidden = selected(coordinate);
    if (isHidden && step.required && !dead) refused = true;
    const gone = dead || (isHidden && !step.required);
    const args = argumentsOf(step.from, field, undefined, gone, step.to);
    const beyond = along(rest, '', gone, inner);
    const abstract = isAbstractType(getNamedType(field.type));
    const label = alias || (args ? `a${aliases++}` : '');
    return `${label ? `${label}: ` : ''}${step.field}${args} { ${abstract ? `__typename ... on ${step.to} { ${beyond} }` : beyond} }`;
  }

  /** A field with what is below it, to a depth. */
  function fieldText(owner: GraphQLCompositeType, field: Field, dead: boolean, depth: number, lever?: Lever): string {
    const coordinate = `${owner.name}.${field.name}`;
    const isHidden = isAbstractType(owner) ? false : selected(coordinate);
    const required = isNonNullType(field.type) || owner.name === 'Query';
    if (isHidden && required && !dead) refused = true;
    const gone = dead || (isHidden && !required);
    const args = argumentsOf(owner.name, field, lever, gone, undefined);
    const type = getNamedType(field.type);
    const label = args ? `a${aliases++}: ` : '';
    return `${label}${field.name}${args}${isCompositeType(type) ? ` { ${selectionOf(type, gone, depth - 1)} }` : ''}`;
  }

  /** Fields of a type by the die: leaves, and a little of what is behind others. */
  function selectionOf(type: GraphQLCompositeType, dead: boolean, depth: number): string {
    if (isAbstractType(type)) {
      const one = die.of(schema.getPossibleTypes(type));
      return `__typename ... on ${one.name} { ${selectionOf(one, dead, depth)} }`;
    }
    const fields = Object.values((type as GraphQLObjectType).getFields());
    const takes = (field: Field): boolean => {
      const coordinate = `${type.name}.${field.name}`;
      if (!dead && hidden(coordinate) && isNonNullType(field.type)) return false; // would refuse: only when wished for
      const leaf = !isCompositeType(getNamedType(field.type));
      return leaf ? die.chance(hidden(coordinate) ? 0.8 : 0.4) : depth > 0 && (connectionParts.has(field.name) || die.chance(0.25));
    }; // prettier-ignore
    const parts = fields.filter(takes).map((field) => fieldText(type, field, dead, depth));
    return parts.length > 0 ? parts.join(' ') : '__typename';
  }

  function argumentsOf(owner: string, field: Field, lever: Lever | undefined, dead: boolean, to: string | undefined): string {
    const own = ground.leversAt(`${owner}.${field.name}`);
    const allowed = own.filter((one) => !one.demands.some((cell) => ground.hides(cell)));
    const pulled = lever ?? (die.chance(0.1) && allowed.length > 0 ? die.of(allowed) : undefined);
    if (pulled) {
      for (const cell of pulled.demands) if (touch(cell) && !dead) refused = true;
    }
    const given = ({ name, type }: GraphQLArgument): string =>
      name === 'asOf' && byPolicyOf.has(field.name) ? `"${ground.moment.toISOString()}"` : valueOf(type, name, to ?? typeAsked(field));
    const args = field.args.flatMap((argument) => {
      if (pulled?.argument === argument.name) {
        return [`${argument.name}: ${pulled.steps.length > 0 ? valueDown(argument.type, pulled.steps) : given(argument)}`];
      }
      const usesFields = own.some((one) => one.argument === argument.name);
      const wanted = isRequiredArgument(argument) || givenAlways.has(argument.name) || (!usesFields && isPlain(argument) && die.chance(0.1));
      return wanted ? [`${argument.name}: ${given(argument)}`] : [];
    });
    return args.length > 0 ? `(${args.join(', ')})` : '';
  } // prettier-ignore

  const typeAsked = (field: Field): string => getNamedType(field.type).name;

  /** A denied mutation, with values that would do. */
  function mutation(field: Field): string {
    refused = true;
    touch({ coordinate: `Mutation.${field.name}`, use: 'mutate' });
    const args = field.args.map((argument) => `${argument.name}: ${valueOf(argument.type, argument.name, 'Mutation')}`).join(', ');
    return `a${die.below(1_000_000)}: ${field.name}(${args}) { __typename }`;
  } // prettier-ignore

  function ask(): string | undefined {
    const [typeName, fieldName] = cell.coordinate.split('.') as [string, string];
    if (cell.use === 'mutate') return mutation(fieldOf(typeName, fieldName));
    if (cell.use === 'select') {
      const field = fieldOf(typeName, fieldName);
      return asked(typeName, (dead) => {
        if (typeName === 'Query') return named(alias, fieldText(typeOf(typeName), field, dead, 3));
        return `${selectionOf(typeOf(typeName), dead, 1)} ${named('wished', fieldText(typeOf(typeName), field, dead, 2))}`;
      });
    }
    const fit = ground.leversFor(cell);
    if (fit.length === 0) return undefined;
    const lever = die.of(fit);
    const field = fieldOf(lever.owner, lever.field);
    return asked(lever.owner, (dead) => {
      const text = fieldText(typeOf(lever.owner), field, dead, 3, lever);
      return lever.owner === 'Query' ? named(alias, text) : text;
    });
  }

  /** What is asked of an object of the type, at the end of a way to it. */
  function asked(typeName: string, inner: (dead: boolean) => string): string | undefined {
    const way = ground.wayTo(typeName, die.below(1 << 30));
    return way && along(way, alias, false, inner);
  }

  const named = (name: string, text: string): string => `${name}: ${text.replace(/^a\d+: /, '')}`;

  const text = ask();
  return text === undefined ? undefined : { text, isMutation: cell.use === 'mutate', cells, refused };
}

/** These fail before the first policy, and the whole operation with them. */
const byPolicyOf = new Set(['accessMatrix', 'explainAccess']);
const givenAlways = new Set(['first', 'proposalId']);
const connectionParts = new Set(['nodes', 'edges', 'node', 'pageInfo']);
/** What chooses an object or a moment, not among values. */
const isPlain = ({ name }: GraphQLArgument): boolean => !['after', 'before', 'where', 'orderBy', 'input', 'principalId', 'object', 'role', 'text', 'points'].includes(name); // prettier-ignore
