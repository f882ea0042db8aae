import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  isScalarType,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import type { Coordinates } from '../../access/coordinates.ts';
import { nameOfCell, type Cell, type Field, type Lever, type Step } from './seams.ts';
import { words } from './veil.ts';

/** What generation knows of a role and the worlds. */
export interface Ground {
  readonly schema: GraphQLSchema;
  readonly coordinates: Coordinates;
  readonly steps: ReadonlyMap<string, readonly Step[]>;
  readonly levers: readonly Lever[];
  /** Whether the role may not have it, for any object or for some. */
  hides(cell: Cell): boolean;
  /** Whether it may not have it for any. */
  denies(cell: Cell): boolean;
  /** Global ids by type, those with much around them first; those of other projects and of nothing are among them. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  readonly purposes: readonly string[];
  readonly tags: readonly string[];
}

export interface Wish {
  readonly cell: Cell;
  readonly seed: number;
}

/** One root field, or several as one operation. */
export interface Question {
  readonly query: string;
  /** What the role may not use and this asks for. */
  readonly cells: ReadonlySet<string>;
  /** The role is refused the whole of it. */
  readonly refused: boolean;
  /** Of an operation: its root fields by their names in the answer. */
  readonly parts?: ReadonlyMap<string, Question>;
}

/** A generator of numbers from a seed (mulberry32). */
export function dice(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    below: (n: number): number => Math.floor(next() * n),
    chance: (p: number): boolean => next() < p,
    of: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!,
  };
}
type Dice = ReturnType<typeof dice>;

/** One wish as a selection of a root field: it asks for the cell by a short way, with what else the die says. */
export function wishFor(ground: Ground, cell: Cell, seed: number, alias: string): Question | undefined {
  const maker = createMaker(ground, dice(seed));
  const text = maker.ask(cell, alias);
  return text === undefined ? undefined : { query: text, cells: maker.cells, refused: maker.refused() };
}

/** Questions that are known to tell worlds apart for who sees everything, by whether the role is refused them. */
export type Companions = Readonly<Record<'refused' | 'answered', readonly Wish[]>>;

/**
 * Wishes together: all of those that the first one's fate allows, since a refusal would hide what the others show; and a few that are known
 * to tell.
 */
export function questionOf(ground: Ground, wishes: readonly Wish[], known?: Companions): Question {
  const wished = (wish: Wish, alias: string): [string, Question][] => {
    const one = wishFor(ground, wish.cell, wish.seed, alias);
    return one ? [[alias, one]] : [];
  };
  const asked = wishes.flatMap((wish, i) => wished(wish, `w${i}`));
  const first = asked[0]?.[1];
  if (!first) return { query: '{ viewer { name } }', cells: new Set(), refused: false };
  const together = asked.filter(([, { refused, query }]) => refused === first.refused && isMutation(query) === isMutation(first.query));
  const failing = together.findIndex(([, { query }]) => canFail(ground.schema, query));
  const steady = together.filter(([, { query }], i) => i === failing || !canFail(ground.schema, query));
  const fitting = isMutation(first.query) ? [] : (known?.[first.refused ? 'refused' : 'answered'] ?? []);
  // three, since a value may be drawn alike by chance
  for (const [i, alias] of ['known', 'known2', 'known3'].entries()) {
    if (fitting.length > i) steady.push(...wished(fitting[(wishes[0]!.seed + i) % fitting.length]!, alias));
  }
  const operation = isMutation(first.query) ? 'mutation ' : '';
  return {
    query: `${operation}{ ${steady.map(([, { query }]) => query.replace(mutationMark, '')).join(' ')} }`,
    cells: new Set(steady.flatMap(([, { cells: own }]) => [...own])),
    refused: first.refused,
    parts: new Map(steady),
  };
} // prettier-ignore

/** Whether the root field may fail for what it is given, and the whole operation with it: of two such, chance tells which is reported. */
export function canFail(schema: GraphQLSchema, text: string): boolean {
  const field = schema.getQueryType()!.getFields()[/^\w+: (\w+)/.exec(text)?.[1] ?? ''];
  return field !== undefined && isNonNullType(field.type) && field.args.some(({ name }) => !paging.has(name));
}
const paging = new Set(['first', 'after', 'orderBy']);

const mutationMark = '#mutation ';
const isMutation = (text: string): boolean => text.startsWith(mutationMark);

function createMaker(ground: Ground, die: Dice) {
  const { schema, steps, levers } = ground;
  const cells = new Set<string>();
  let refused = false;
  let aliases = 0;

  const typeOf = (name: string): GraphQLObjectType => schema.getType(name) as GraphQLObjectType;
  const fieldOf = (type: string, name: string): Field => typeOf(type).getFields()[name] as Field;
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

  /** The cheapest way from `Query` to the type, weighed by what the role may see and by the die; undefined when there is none. */
  function wayTo(target: string): readonly Step[] | undefined {
    const best = new Map<string, { cost: number; by?: Step }>([['Query', { cost: 0 }]]);
    const left = new Set(['Query']);
    const jitter = die.below(1 << 30);
    while (left.size > 0) {
      let at = '';
      for (const one of left) if (at === '' || best.get(one)!.cost < best.get(at)!.cost) at = one;
      if (at === target) break;
      left.delete(at);
      for (const step of steps.get(at) ?? []) {
        const coordinate = `${step.from}.${step.field}`;
        const required = step.from === 'Query' || isNonNullType(fieldOf(step.from, step.field).type);
        const dear = hidden(coordinate) ? (required ? 400 : 40) : 0;
        const cost = best.get(at)!.cost + 1 + dear + mixed(jitter, coordinate);
        const known = best.get(step.to);
        if (known && known.cost <= cost) continue;
        best.set(step.to, { cost, by: step });
        left.add(step.to);
      }
    }
    const way: Step[] = [];
    for (let at = target; at !== 'Query';) {
      const step = best.get(at)?.by;
      if (!step) return undefined;
      way.unshift(step);
      at = step.from;
    }
    return way;
  }

  /** Walks the way and asks `inner` at its end. Where the role is given null on the way, nothing beyond can refuse it. */
  function along(way: readonly Step[], alias: string, dead: boolean, inner: (dead: boolean) => string): string {
    const [step, ...rest] = way;
    if (!step) return inner(dead);
    const field = fieldOf(step.from, step.field);
    const coordinate = `${step.from}.${step.field}`;
    const isHidden = selected(coordinate);
    const required = step.from === 'Query' || isNonNullType(field.type);
    if (isHidden && required && !dead) refused = true;
    const gone = dead || (isHidden && !required);
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
    const fields = Object.values((type as GraphQLObjectType).getFields()) as Field[];
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
    const own = levers.filter((one) => one.owner === owner && one.field === field.name);
    const allowed = own.filter((one) => !one.demands.some((cell) => ground.hides(cell)));
    const pulled = lever ?? (die.chance(0.1) && allowed.length > 0 ? die.of(allowed) : undefined);
    if (pulled) {
      for (const cell of pulled.demands) if (touch(cell) && !dead) refused = true;
    }
    const args = field.args.flatMap((argument) => {
      if (pulled?.argument === argument.name) {
        return [`${argument.name}: ${pulled.steps.length > 0 ? valueDown(argument.type, pulled.steps) : valueOf(argument.type, argument.name, to ?? typeAsked(field))}`];
      }
      const usesFields = own.some((one) => one.argument === argument.name);
      const wanted = isRequiredArgument(argument) || givenAlways.has(argument.name) || (!usesFields && isPlain(argument) && die.chance(0.1));
      return wanted ? [`${argument.name}: ${valueOf(argument.type, argument.name, to ?? typeAsked(field))}`] : [];
    });
    return args.length > 0 ? `(${args.join(', ')})` : '';
  } // prettier-ignore

  const typeAsked = (field: Field): string => getNamedType(field.type).name;

  /** A value of the type that goes down these steps, with what else is required. */
  function valueDown(type: GraphQLInputType, [name, ...rest]: readonly string[], of = ''): string {
    const named = getNamedType(type);
    if (name === undefined) return valueOf(type, of, '');
    if (isEnumType(named)) return name;
    if (!isInputObjectType(named)) return valueOf(type, name, '');
    const fields = Object.values(named.getFields())
      .filter((field) => field.name === name || isRequiredInputField(field))
      .map((field) => `${field.name}: ${field.name === name ? valueDown(field.type, rest, name) : valueOf(field.type, field.name, named.name)}`);
    if (named.name.endsWith('Order') && die.chance(0.5)) fields.push('direction: DESC');
    return `{ ${fields.join(', ')} }`;
  } // prettier-ignore

  function valueOf(type: GraphQLInputType, name: string, about: string): string {
    const named = getNamedType(type);
    const one = (): string => {
      if (isEnumType(named)) return die.of(named.getValues()).name;
      if (isInputObjectType(named)) {
        const fields = Object.values(named.getFields());
        const required = fields.filter(isRequiredInputField);
        const taken = required.length > 0 ? required : [die.of(fields)];
        return `{ ${taken.map((field) => `${field.name}: ${valueOf(field.type, field.name, named.name)}`).join(', ')} }`;
      }
      return isScalarType(named) ? scalarOf(named.name, name, about) : 'null';
    };
    const bare = isNonNullType(type) ? type.ofType : type;
    if (!isListType(bare)) return one();
    return `[${[...new Set(Array.from({ length: 1 + die.below(3) }, one))].join(', ')}]`;
  }

  function scalarOf(type: string, name: string, about: string): string {
    switch (type) {
      case 'Boolean':
        return String(die.chance(0.5));
      case 'Int':
        return name === 'first' ? String(1 + die.below(5)) : String(1 + die.below(20));
      case 'BigInt':
        return String(die.below(6));
      case 'Float':
      case 'Float64':
        return String(die.below(100_000) / 1_000);
      case 'DateTime':
        return `"${new Date(Date.UTC(2026, 0, 1) + die.below(330) * 86_400_000).toISOString()}"`;
      case 'ID':
        return JSON.stringify(idOf(name, about));
      case 'JSON':
        return '{}';
      default:
        return JSON.stringify(textOf(name));
    }
  }

  function textOf(name: string): string {
    if (name === 'like' || name === 'ilike') return `${die.of(words).slice(0, 1 + die.below(3))}%`;
    if (name === 'class') return die.of(ground.coordinates.classes);
    if (name === 'coordinate') return die.of(ground.coordinates.names);
    if (name === 'key' || name === 'keys') return die.of(['seed', 'depth', 'auc', 'loss', 'team', 'okapi.seed', die.of(words)]);
    return name === 'contains' ? die.of(words).slice(0, 2) : die.of(words);
  } // prettier-ignore

  function idOf(name: string, about: string): string {
    if (name === 'purpose' || about === 'Purpose') return die.chance(0.6) ? 'credit-scoring' : die.of(ground.purposes);
    if (name === 'tag') return die.of(ground.tags);
    if (name === 'code') return die.of(['services-no-sex', 'house-health', 'credit-age-approval']);
    const type =
      idTypes[name] ??
      (about === 'RunComparison' ? 'Run' : undefined) ??
      (ground.ids[about] ? about : die.of(Object.keys(ground.ids)));
    const known = ground.ids[type] ?? Object.values(ground.ids).flat();
    return die.of(mustExist.has(name) || die.chance(0.85) ? known.slice(0, 4) : known);
  }

  /** A denied mutation, with values that would do. */
  function mutation(field: Field): string {
    refused = true;
    touch({ coordinate: `Mutation.${field.name}`, use: 'mutate' });
    const args = field.args.map((argument) => `${argument.name}: ${valueOf(argument.type, argument.name, 'Mutation')}`).join(', ');
    return `${mutationMark}a${die.below(1_000_000)}: ${field.name}(${args}) { __typename }`;
  } // prettier-ignore

  function ask(cell: Cell, alias: string): string | undefined {
    const [typeName, fieldName] = cell.coordinate.split('.') as [string, string];
    if (typeName === 'Mutation') return mutation(fieldOf(typeName, fieldName));
    if (cell.use === 'select') {
      if (typeName === 'Query') return named(alias, fieldText(typeOf('Query'), fieldOf('Query', fieldName), false, 3));
      const way = wayTo(typeName);
      return way && along(way, alias, false, (dead) => {
        const more = selectionOf(typeOf(typeName), dead, 1);
        const wished = fieldText(typeOf(typeName), fieldOf(typeName, fieldName), dead, 2);
        return `${more} wished: ${wished.replace(/^a\d+: /, '')}`;
      }); // prettier-ignore
    }
    const fit = levers.filter((one) => one.demands.some((demand) => nameOfCell(demand) === nameOfCell(cell)));
    if (fit.length === 0) return undefined;
    const lever = die.of(fit);
    const field = fieldOf(lever.owner, lever.field);
    if (lever.owner === 'Query') return named(alias, fieldText(typeOf('Query'), field, false, 3, lever));
    const way = wayTo(lever.owner);
    return way && along(way, alias, false, (dead) => fieldText(typeOf(lever.owner), field, dead, 3, lever));
  }

  const named = (alias: string, text: string): string => `${alias}: ${text.replace(/^a\d+: /, '')}`;

  return { ask, cells, refused: () => refused };
}

/** What is not there ends the whole operation: the attacks ask for such, one at a time. */
const mustExist = new Set(['modelVersionId', 'proposalId', 'principalId']);
const givenAlways = new Set(['first', 'proposalId']);
const connectionParts = new Set(['nodes', 'edges', 'node', 'pageInfo']);
/** What chooses an object or a moment, not among values. */
const isPlain = ({ name }: GraphQLArgument): boolean => !['after', 'before', 'where', 'orderBy', 'input', 'principalId', 'object', 'role', 'text', 'points'].includes(name); // prettier-ignore

const idTypes: Readonly<Record<string, string>> = {
  modelVersionId: 'ModelVersion', modelVersionIds: 'ModelVersion', modelId: 'Model', experimentId: 'Experiment', kpiId: 'Kpi',
  proposalId: 'PolicyProposal', principalId: 'Principal', deploymentId: 'Deployment', replaces: 'Deployment', without: 'Dataset', projectId: 'Project', assetId: 'Dataset',
}; // prettier-ignore

/** Between 0 and 2, from a number and a name: the same for both. */
function mixed(seed: number, name: string): number {
  let hash = seed | 0;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 16777619);
  return ((hash >>> 8) % 2000) / 1000;
}
