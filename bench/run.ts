import { readdirSync } from 'node:fs';
import type { Bench } from './measure.ts';

// Exit codes: 0 measured, 1 the bench failed, 2 there is no such bench.

const helpers = new Set(['run.ts', 'ask.ts', 'measure.ts', 'mlflow-peer.ts', 'lineage-graph.ts']);
const names = readdirSync(import.meta.dirname) // what a bench is made of lies in a folder of its name
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !helpers.has(file))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

const usage = `Usage: npm run bench -- NAME [OPTIONS]   (NAME --help tells of a bench's own)

Measures, and prints, as its last line, one JSON object:
{"bench":NAME,"ratio":R,"against":"what 1.0 stands for","unit":"x"}

Benches: ${names.join(', ')}`;

process.env['NODE_ENV'] ??= 'production'; // as the image runs the server: graphql-js checks less then

const [name, ...args] = process.argv.slice(2);
if (name === undefined || name === '--help' || name === '-h') {
  console.log(usage);
  process.exitCode = name === undefined ? 2 : 0;
} else if (!names.includes(name)) {
  console.error(`There is no bench ${JSON.stringify(name)}.\n\n${usage}`);
  process.exitCode = 2;
} else {
  const bench = (await import(`./${name}.ts`)) as Bench;
  if (args.includes('--help') || args.includes('-h'))
    console.log(`${usage}\n\nOptions of ${name}:\n${bench.options ?? '  none'}`);
  else {
    const { ratio, against, unit } = await bench.run(args);
    console.log(JSON.stringify({ bench: name, ratio: Number(ratio.toFixed(3)), against, unit }));
  }
}
