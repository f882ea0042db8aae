import { afterAll, beforeAll, expect, test } from 'vitest';
import { leaks } from '../attacks/leaks.ts';
import { planting } from '../attacks/planting.ts';
import { Interference, runPairs } from './pairs.ts';
import { openWorlds, type Worlds } from './worlds.ts';

// A run that cannot fail proves nothing: each of these leaks is opened, and has to be found.
const planted = [
  ['business_viewer', 'a field that an interface promises is open on every type behind it'],
  ['business_viewer', 'figures for others count for the next page'],
  ['data_scientist', 'what explains lineage from elsewhere says who told it, and when'],
] as const;

let worlds: Worlds;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

test.each(planted)('%s: %s', async (role, says) => {
  const id = leaks.findIndex((leak) => leak.says === says);
  expect(id).toBeGreaterThanOrEqual(0);
  planting.plantedLeak = id;
  try {
    await expect(runPairs(worlds, role, { pairs: 1_500, seed: 2_026 })).rejects.toBeInstanceOf(Interference);
  } finally {
    planting.plantedLeak = undefined;
  }
});
