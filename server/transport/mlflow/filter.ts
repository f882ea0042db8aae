import { limits, type Condition, type Entity, type Operator, type Ordering } from '../../domain/search/condition.ts';
import { badInput } from '../../shared/errors.ts';

// MLflow's search language: comparisons joined by AND. `metrics.loss < 0.1 and tags."mlflow.user" = 'ana'`.

const entityNames: Readonly<Record<string, Entity>> = {
  metric: 'metric', metrics: 'metric',
  param: 'param', params: 'param', parameter: 'param', parameters: 'param',
  tag: 'tag', tags: 'tag',
  attr: 'attribute', attribute: 'attribute', attributes: 'attribute', run: 'attribute',
  dataset: 'dataset', datasets: 'dataset',
}; // prettier-ignore

const maxLength = 16_384;

type Token =
  | { kind: 'word'; text: string }
  | { kind: 'quoted'; text: string }
  | { kind: 'number'; value: number; text: string }
  | { kind: 'symbol'; text: string };

// a word may hold quoted parts: tags."a key".  A number is told from a word by what follows it.
const tokenPattern =
  /\s*(?:(?<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*")|(?<symbol><=|>=|!=|<>|[=<>(),])|(?<word>(?:[^\s=<>!(),'"`]|`[^`]*`|(?<=\.)"[^"]*")+))/y;
const numberPattern = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function tokenize(text: string, field: string): Token[] {
  if (text.length > maxLength) throw badInput(field, `A filter may have at most ${maxLength} characters.`);
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  const end = text.trimEnd().length;
  while (tokenPattern.lastIndex < end) {
    const at = tokenPattern.lastIndex;
    const groups = tokenPattern.exec(text)?.groups;
    if (!groups) throw badInput(field, `The ${field} cannot be read at: ${text.slice(at, at + 40).trim()}`);
    const { quoted, symbol, word } = groups;
    if (quoted !== undefined) {
      const quote = quoted[0]!;
      tokens.push({ kind: 'quoted', text: quoted.slice(1, -1).replaceAll(quote + quote, quote) });
    } else if (symbol !== undefined) tokens.push({ kind: 'symbol', text: symbol === '<>' ? '!=' : symbol });
    else if (numberPattern.test(word!)) tokens.push({ kind: 'number', value: Number(word), text: word! });
    else tokens.push({ kind: 'word', text: word! });
  }
  return tokens;
}

/** The conditions of a filter; none for an empty one. BAD_INPUT that names the place for whatever is not in the language. */
export function parseFilter(filter: string): Condition[] {
  const tokens = tokenize(filter, 'filter');
  const conditions: Condition[] = [];
  let at = 0;
  const isWord = (token: Token | undefined, ...words: string[]): boolean =>
    token?.kind === 'word' && words.includes(token.text.toUpperCase());
  const fail = (expected: string): never => {
    const near = tokens.slice(Math.max(0, at - 2), at + 2).map(({ text }) => text).join(' '); // prettier-ignore
    throw badInput('filter', `Invalid filter: expected ${expected}${near ? ` near: ${near.slice(0, 80)}` : ''}.`);
  };

  function operator(): Operator {
    const token = tokens[at++];
    if (token?.kind === 'symbol' && /^[=!<>]/.test(token.text)) return token.text as Operator;
    if (isWord(token, 'LIKE', 'ILIKE', 'IN')) return token!.text.toUpperCase() as Operator;
    if (isWord(token, 'NOT') && isWord(tokens[at++], 'IN')) return 'NOT IN';
    if (isWord(token, 'IS')) {
      const not = isWord(tokens[at], 'NOT');
      if (not) at++;
      if (isWord(tokens[at++], 'NULL')) return not ? 'IS NOT NULL' : 'IS NULL';
    }
    at--;
    return fail('a comparison operator');
  }

  function list(): string[] {
    const values: string[] = [];
    if (tokens[at++]?.text !== '(') fail('a list in parentheses');
    for (;;) {
      const token = tokens[at++];
      if (token?.kind !== 'quoted') return fail('a quoted text');
      values.push(token.text);
      const next = tokens[at++];
      if (next?.kind === 'symbol' && next.text === ')') return values;
      if (next?.kind !== 'symbol' || next.text !== ',') return fail('a comma or a closing parenthesis');
    }
  }

  function value(comparator: Operator): Condition['value'] {
    if (comparator === 'IS NULL' || comparator === 'IS NOT NULL') return null;
    if (comparator === 'IN' || comparator === 'NOT IN') return list();
    const token = tokens[at++];
    if (token?.kind === 'quoted') return token.text;
    if (token?.kind === 'number') return token.value;
    return fail('a number or a quoted text');
  }

  while (at < tokens.length) {
    if (conditions.length > 0 && !isWord(tokens[at++], 'AND')) fail('AND');
    const token = tokens[at++];
    if (token === undefined || token.kind === 'symbol' || token.kind === 'number') return fail('what to compare');
    const identifier =
      token.kind === 'quoted'
        ? ({ entity: 'attribute', key: token.text } as const)
        : parseIdentifier(token.text, 'filter');
    const comparator = operator();
    conditions.push({ ...identifier, operator: comparator, value: value(comparator) });
    if (conditions.length > limits.conditions) throw badInput('filter', `At most ${limits.conditions} conditions.`);
  }
  return conditions;
}

/** The terms of an order, each `identifier [ASC|DESC]`, ascending unless said. */
export function parseOrder(terms: readonly string[]): Ordering[] {
  if (terms.length > limits.orderings) throw badInput('order_by', `At most ${limits.orderings} terms.`);
  const seen = new Set<string>();
  return terms.map((term) => {
    const match = /^\s*(?<identifier>.*?)(?:\s+(?<direction>asc|desc))?\s*$/is.exec(term)!;
    const { identifier, direction } = match.groups as { identifier: string; direction?: string };
    if (!identifier || identifier.length > 600)
      throw badInput('order_by', 'Invalid order_by: expected what to order by.');
    const parsed = parseIdentifier(identifier, 'order_by');
    const name = `${parsed.entity}.${parsed.key}`;
    if (seen.has(name)) throw badInput('order_by', `order_by names ${name} twice.`);
    seen.add(name);
    return { ...parsed, descending: direction?.toLowerCase() === 'desc' };
  });
}

/** `metrics.loss`, `params."a b"`, "tags.`x`", `start_time` */
function parseIdentifier(text: string, field: string): { entity: Entity; key: string } {
  const dot = text.indexOf('.');
  const prefix = dot < 0 ? '' : text.slice(0, dot).toLowerCase();
  if (dot < 0) return { entity: 'attribute', key: unquote(text) };
  if (!Object.hasOwn(entityNames, prefix)) {
    throw badInput(
      field,
      `Invalid ${field}: '${prefix.slice(0, 40)}' is none of metrics, params, tags, attributes, datasets.`,
    );
  }
  const key = unquote(text.slice(dot + 1));
  if (!key) throw badInput(field, `Invalid ${field}: nothing stands behind '${prefix}.'`);
  return { entity: entityNames[prefix]!, key };
}

const unquote = (text: string): string => /^(["'`])(.*)\1$/s.exec(text)?.[2] ?? text;
