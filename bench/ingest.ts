import { parseArgs } from 'node:util';
import { startAval } from './ingest/aval.ts';
import { openCopy } from './ingest/copy.ts';
import { drive, type Target } from './ingest/drive.ts';
import { startMlflowTarget } from './ingest/mlflow.ts';
import { shapes, type Shape } from './ingest/payload.ts';
import { withDatabases } from './ingest/postgres.ts';
import { watchMemory } from './ingest/memory.ts';
import { median, type Measurement } from './measure.ts';

const clients = 20;
const warmUp = 1_000;
const measured = 3_000;
const rounds = 3;

export const options = `
  --points N    how many points the long ingest takes, over which the server's memory is watched (2000000)

Needs DATABASE_URL, a PostgreSQL server on which databases may be made. MLflow is installed once into a folder of the user's
cache, unless AVAL_BENCH_PYTHON names an interpreter that has mlflow and psycopg2.`;

/** log-batch over HTTP: Aval and a stock MLflow server on the same PostgreSQL, the same requests by the same clients, in turns. */
export async function run(args: readonly string[]): Promise<Measurement> {
  const { values } = parseArgs({ args: [...args], options: { points: { type: 'string', default: '2000000' } } });
  const long = Number(values.points);
  if (!Number.isSafeInteger(long) || long < 100_000) throw new Error('--points must be a whole number from 100000.');
  return withDatabases(['aval', 'mlflow', 'copy'], async ({ aval: avalUrl, mlflow: mlflowUrl, copy: copyUrl }) => {
    const mlflow = await startMlflowTarget(mlflowUrl);
    const aval = await startAval(avalUrl);
    const copy = await openCopy(copyUrl, clients);
    try {
      console.log(
        `\n${clients} clients, thousand points a second (medians of ${rounds} rounds of ${measured / 1000} s):\n`,
      );
      console.log(row('', 'MLflow', 'Aval', 'Aval / MLflow', 'COPY', 'Aval / COPY'));
      const ratios: number[] = [];
      for (const shape of shapes) ratios.push(await compare(shape, { mlflow, aval, copy }));
      await mlflow.stop();
      await watchMemory(aval, long, clients);
      return {
        ratio: Math.min(...ratios),
        against: `mlflow server ${mlflow.version} on the same PostgreSQL: the worst of ${shapes.length} shapes`,
        unit: 'x points a second',
      };
    } finally {
      await Promise.allSettled([mlflow.stop(), aval.stop(), copy.stop()]);
    }
  });
}

async function compare(shape: Shape, targets: { mlflow: Target; aval: Target; copy: Target }): Promise<number> {
  const speeds = { mlflow: [] as number[], aval: [] as number[], copy: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    for (const name of ['mlflow', 'aval', 'copy'] as const) {
      const senders = await Promise.all(Array.from({ length: clients }, () => targets[name].sender(shape)));
      await drive(senders, warmUp);
      speeds[name].push(((await drive(senders, measured)) * shape.points) / (measured / 1000));
    }
  }
  const [mlflow, aval, copy] = [median(speeds.mlflow), median(speeds.aval), median(speeds.copy)];
  const thousand = (speed: number): string => (speed / 1000).toFixed(1);
  console.log(
    row(
      shape.name,
      thousand(mlflow),
      thousand(aval),
      `${(aval / mlflow).toFixed(1)}x`,
      thousand(copy),
      (aval / copy).toFixed(2),
    ),
  );
  return aval / mlflow;
}

const row = (first: string, ...rest: string[]): string =>
  `  ${first.padEnd(24)}${rest.map((cell) => cell.padStart(15)).join('')}`;
