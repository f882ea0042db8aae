import { afterAll, beforeAll, expect, test } from 'vitest';
import { shippedRoles, type ShippedRole } from '../../access/actor.ts';
import { runPairs, type Tally } from './pairs.ts';
import { leastHits } from './wishes.ts';
import { openWorlds, type Worlds } from './worlds.ts';

/** How many pairs for each role: `PAIRS`, 3,000 unless given. From so many on, what the figures show is asserted. */
const pairs = Number(process.env['PAIRS'] || 3_000);
const seed = Number(process.env['SEED'] || 2_026);
const enough = 3_000;

const first: readonly ShippedRole[] = ['business_viewer', 'data_scientist', 'operator', 'admin'];
/** For two processes: together they have every role that ships. */
export const halves = { first, second: shippedRoles.filter((role) => !first.includes(role)) } as const;

/** Declares the test of each of these roles, on one pair of servers. */
export function interference(roles: readonly ShippedRole[]): void {
  let worlds: Worlds;
  beforeAll(async () => {
    worlds = await openWorlds();
  });
  afterAll(() => worlds.close());

  test.each(roles)('%s', async (role) => {
    const began = performance.now();
    const tally = await runPairs(worlds, role, { pairs, seed });
    print(tally, performance.now() - began);
    expect(tally.pairs).toBe(pairs);
    expect(tally.sitesTold, 'sites of who sees everything that tell').toBe(tally.sites);
    if (pairs < enough) return;
    expect(tally.asked).toBeGreaterThan(pairs / 10);
    expect(tally.told / tally.asked, 'told apart by who sees everything').toBeGreaterThanOrEqual(0.95);
    const few = [...tally.hits].filter(([, hits]) => hits < leastHits);
    expect(few, `asked for less than ${leastHits} times`).toEqual([]);
  });
}

function print(tally: Tally, ms: number): void {
  const { role, asked, told, toldByThemselves, refused, mutations, framed, unsteady, statements, hits, telling } =
    tally;
  const least = [...hits].reduce((a, b) => (b[1] < a[1] ? b : a), ['', Infinity] as [string, number]);
  const share = (of: number): string => ((100 * of) / asked).toFixed(1);
  process.stdout.write(
    `${role}: ${tally.pairs} pairs, none told apart; ${refused} refused (${mutations} of them changes), ${framed} also as frames.\n` +
      `  Who sees everything was asked ${asked} of them, and told the worlds apart in ${share(told)} %, and in ${share(toldByThemselves)} % without the companion.\n` +
      (hits.size > 0
        ? `  ${hits.size} uses are hidden; each was asked for ${least[1]} times or more (${least[0]}); ${telling.size} were seen to tell.\n`
        : '  No field is hidden: only rows of other projects.\n') +
      `  The audit site, ${tally.files} files, was built from both ${tally.sites} times, and was the same, byte for byte.\n` +
      `  ${(statements / tally.pairs).toFixed(1)} statements for a question; ${unsteady} counted again; ${(ms / 1_000).toFixed(0)} s.\n`,
  );
}
