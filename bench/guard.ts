import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { askers, prepareQuestion, type Asker } from './guard/question.ts';
import { median, type Measurement } from './measure.ts';

const turns = 31;
/** A refusal takes a fortieth of an answer's time: so few tell. */
const turnsOfRefused = 5;
const alone = fileURLToPath(new URL('./guard/alone.ts', import.meta.url));

/**
 * What the guard costs a query of 1,000 objects x 10 fields. Each side has processes of its own, in turns: a server runs one schema, and one
 * that ran two would be compiled for neither. How V8 compiles differs from process to process by more than the guard costs: so there are several.
 */
export async function run(): Promise<Measurement> {
  await prepareQuestion().check();
  const times: Record<Asker, number[]> = { plain: [], guarded: [], refused: [] };
  for (let turn = 0; turn < turns; turn++) {
    const asking = askers.filter((asker) => asker !== 'refused' || turn < turnsOfRefused);
    for (const asker of asking) times[asker].push(medianOf(asker));
    console.log(`  ${asking.map((asker) => `${asker} ${times[asker].at(-1)!.toFixed(3)} ms`).join('   ')}`);
  }
  const [plain, guarded, refused] = askers.map((asker) => median(times[asker])) as [number, number, number];
  console.log(
    `without the guard ${plain.toFixed(3)} ms, with it ${guarded.toFixed(3)} ms (medians of ${turns} processes)`,
  );
  console.log(`refused ${refused.toFixed(3)} ms: ${((100 * refused) / guarded).toFixed(1)} % of what is answered`);
  return { ratio: guarded / plain, against: 'the same schema without the guard', unit: 'x' };
}

function medianOf(asker: Asker): number {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', alone, asker], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}
