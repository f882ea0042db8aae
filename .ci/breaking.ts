/**
 * npm run breaking -- [REF]: would the emitted schema break a client of the one at REF? REF is the last release tag, or HEAD before
 * there is one. A break is let through when the Unreleased part of CHANGELOG.md names its coordinate in a line that says "Breaking".
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { buildSchema, findBreakingChanges } from 'graphql';

const file = 'schema/schema.graphql';
const git = (...args: string[]): string =>
  execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });

function attempt(...args: string[]): string | undefined {
  try {
    return git(...args);
  } catch {
    return undefined;
  }
}

const base = process.argv[2] ?? attempt('describe', '--tags', '--abbrev=0', '--match', 'v*')?.trim() ?? 'HEAD';
const before = attempt('show', `${base}:${file}`);
if (before === undefined) {
  console.log(`${base} has no ${file}: nothing to break.`);
  process.exit(0);
}

const breaks = findBreakingChanges(buildSchema(before), buildSchema(readFileSync(file, 'utf8')));
const unreleased =
  /^## \[Unreleased\]\n(.*?)(?=^## |(?![\s\S]))/ms.exec(readFileSync('CHANGELOG.md', 'utf8'))?.[1] ?? '';
const announced = unreleased.split('\n').filter((line) => /\bBreaking\b/i.test(line));
const silent = breaks.filter(({ description }) => {
  const coordinate = (/\w+\.\w+/.exec(description) ?? /\b[A-Z]\w+/.exec(description))?.[0] ?? description;
  return !announced.some((line) => line.includes(`\`${coordinate}\``));
});

for (const { description } of silent) console.error(`breaks clients of ${base}: ${description}`);
if (silent.length > 0) {
  console.error(
    `\nKeep the old field and deprecate it, or say "Breaking: \`Type.field\` ..." under [Unreleased] in CHANGELOG.md.`,
  );
  process.exit(1);
}
console.log(`${breaks.length} breaking changes since ${base}, all announced.`);
