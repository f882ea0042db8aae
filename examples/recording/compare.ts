/**
 * Did two servers end in the same state? CI runs the script against one and replays its recording to another.
 * Run by itself it is a command: see `--help`.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isObject, type Json } from './entry.ts';
import { readOutcome, type Outcome } from './outcome.ts';

/** Another processor's linear algebra ends in other last digits; what matters shows far above this. */
export const TOLERANCE = 1e-3;

/** One line for each place where the two differ; none where they are the same. */
export function differences(left: Outcome, right: Outcome, tolerance = TOLERANCE): string[] {
  const found: string[] = [];
  walk(left as unknown as Json, right as unknown as Json, []);
  return found;

  function walk(a: Json | undefined, b: Json | undefined, path: string[]): void {
    if (isObject(a) && isObject(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) walk(a[key], b[key], [...path, key]);
    } else if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
      a.forEach((item, index) => walk(item, b[index], [...path, String(index)]));
    } else if (!same(a, b, tolerance)) {
      found.push(`${path.join(' > ')}: ${show(a)} | ${show(b)}`);
    }
  }
}

function same(a: Json | undefined, b: Json | undefined, tolerance: number): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
}

function show(value: Json | undefined): string {
  return value === undefined ? '(nothing)' : JSON.stringify(value).slice(0, 200);
}

const HELP = `Usage: tsx examples/recording/compare.ts [options] LEFT [RIGHT]

Compares what two servers hold: experiments, runs with their latest metrics, params, tags and datasets, models,
versions and aliases. LEFT and RIGHT are each a server's URL or a file written by --out.

  --left-token TOKEN    Bearer token for LEFT
  --right-token TOKEN   Bearer token for RIGHT
  --tolerance NUMBER    relative difference allowed between numbers (default: ${TOLERANCE})
  --out FILE            write LEFT's outcome to FILE; RIGHT may then be left out
  --help                this text

Exit codes: 0 the same, 1 different or unreadable, 2 wrong usage.
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'left-token': { type: 'string' },
      'right-token': { type: 'string' },
      tolerance: { type: 'string', default: String(TOLERANCE) },
      out: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [left, right] = positionals;
  const tolerance = Number(values.tolerance);
  if (left === undefined || (right === undefined && values.out === undefined) || !(tolerance >= 0)) {
    process.stderr.write(HELP);
    return 2;
  }
  const ours = await outcomeOf(left, values['left-token']);
  if (values.out !== undefined) await writeFile(values.out, `${JSON.stringify(ours, null, 2)}\n`);
  if (right === undefined) return 0;

  const found = differences(ours, await outcomeOf(right, values['right-token']), tolerance);
  process.stdout.write(found.length === 0 ? `${summary(ours)}: the same on both\n` : `${found.join('\n')}\n`);
  return found.length === 0 ? 0 : 1;
}

async function outcomeOf(source: string, token: string | undefined): Promise<Outcome> {
  if (/^https?:/.test(source)) return readOutcome(source, token);
  return JSON.parse(await readFile(source, 'utf8')) as Outcome;
}

function summary({ experiments, runs, models, registeredModels }: Outcome): string {
  const count = (of: object, what: string) => `${Object.keys(of).length} ${what}`;
  return [
    count(experiments, 'experiments'),
    count(runs, 'runs'),
    count(models, 'logged models'),
    count(registeredModels, 'registered models'),
  ].join(', ');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof TypeError && 'code' in error ? 2 : 1;
  });
}
