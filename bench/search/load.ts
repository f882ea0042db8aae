import type { Client } from 'pg';

// The same runs into both databases, by the same expressions: each value follows from the run's number and the key's.

export const runs = 100_000;
export const experiments = 50;
const metrics = 20;
const params = 10;
const batch = 10_000;

/** From 0 to 1, as random as a hash. */
const unit = (key: string): string => `(abs(hashtext(i || '/' || ${key})::bigint) % 1000003) / 1000003.0`;
const started = `1767225600000::bigint + (i::bigint * 7919 % ${runs}) * 60000`;

// half of the runs lack the last metric
const metricRows = `generate_series($1::int, $2::int) i, generate_series(0, ${metrics - 1}) k where k < ${metrics - 1} or i % 2 = 0`;
// params of 3, 10, 30, 100... values: from those that most runs share to those that hardly any does
const paramRows = `generate_series($1::int, $2::int) i, generate_series(0, ${params - 1}) k`;
const paramValue = `'v' || floor(${unit(`'p' || k`)} * (array[3, 10, 30, 100, 300, 1000, 3000, 10000, 30000, 100000])[k + 1])`;
const tagRows = `generate_series($1::int, $2::int) i, (values ('mlflow.runName', 'run-'), ('mlflow.user', 'user-'),
  ('mlflow.source.name', 'train-'), ('mlflow.source.type', 'LOCAL')) t(key, value)`;
const tagValue = `case key when 'mlflow.source.type' then value else value || i % 1000 end`;

/** One statement for each table; all take the first and the last run's number. */
const mlflow: Readonly<Record<string, string>> = {
  runs: `insert into runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time, source_version,
           lifecycle_stage, artifact_uri, experiment_id)
         select md5('run' || i), 'run-' || i % 1000, 'UNKNOWN', '', '', 'bench', 'FINISHED', ${started}, ${started} + 50000, '', 'active',
           'mlflow-artifacts:/' || md5('run' || i), 1 + i % ${experiments} from generate_series($1::int, $2::int) i`,
  'latest metrics': `insert into latest_metrics (key, value, timestamp, step, is_nan, run_uuid)
         select 'metric_' || k, ${unit('k')}, ${started}, 100, false, md5('run' || i) from ${metricRows}`,
  params: `insert into params (key, value, run_uuid) select 'param_' || k, ${paramValue}, md5('run' || i) from ${paramRows}`,
  tags: `insert into tags (key, value, run_uuid) select key, ${tagValue}, md5('run' || i) from ${tagRows}`,
};

const time = (millis: string): string => `to_timestamp((${millis}) / 1000.0)`;
const aval = (projectId: string): Readonly<Record<string, string>> => ({
  runs: `insert into run (id, project_id, experiment_id, kind, name, status, user_name, started_at, ended_at, lifecycle, artifact_uri, facets,
           created_at, open_since)
         select md5('run' || i)::uuid, '${projectId}', md5('experiment' || 1 + i % ${experiments})::uuid, 'TRAINING', 'run-' || i % 1000,
           'FINISHED', 'bench', ${time(started)}, ${time(`${started} + 50000`)}, 'active', 'mlflow-artifacts:/' || md5('run' || i), '{}',
           ${time(started)}, timestamptz '2020-01-01' from generate_series($1::int, $2::int) i`,
  series: `insert into metric_series (run_id, n, key, dataset_name, dataset_digest, model_id, latest_step, latest_at, latest_value)
         select md5('run' || i)::uuid, k + 1, 'metric_' || k, '', '', '', 100, ${time(started)}, ${unit('k')} from ${metricRows}`,
  params: `insert into run_param (run_id, key, value) select md5('run' || i)::uuid, 'param_' || k, ${paramValue} from ${paramRows}`,
  tags: `insert into run_tag (run_id, key, value) select md5('run' || i)::uuid, key, ${tagValue} from ${tagRows}`,
});

export async function loadMlflow(db: Client): Promise<void> {
  await db.query(
    `insert into experiments (experiment_id, name, artifact_location, lifecycle_stage, creation_time, last_update_time)
     select i, 'experiment ' || i, 'mlflow-artifacts:/' || i, 'active', 0, 0 from generate_series(1, ${experiments}) i`,
  );
  await load(db, 'MLflow', mlflow);
}

/** Leaves the runs open: the server's own clock settles them. */
export async function loadAval(db: Client, projectId: string): Promise<void> {
  await db.query(
    `insert into experiment (id, number, project_id, name, lifecycle, artifact_location, created_at, updated_at)
     select md5('experiment' || i)::uuid, i, $1::uuid, 'experiment ' || i, 'active', 'mlflow-artifacts:/' || i, now(), now()
       from generate_series(1, ${experiments}) i`,
    [projectId],
  );
  await load(db, 'Aval', aval(projectId));
}

/** Whole runs at a time: what watches the database while it is loaded never sees a run without its params. */
async function load(db: Client, name: string, statements: Readonly<Record<string, string>>): Promise<void> {
  const took = new Map<string, number>();
  for (let first = 1; first <= runs; first += batch) {
    await db.query('begin');
    for (const [what, statement] of Object.entries(statements)) {
      const start = Date.now();
      await db.query(statement, [first, first + batch - 1]);
      took.set(what, (took.get(what) ?? 0) + Date.now() - start);
    }
    await db.query('commit');
  }
  for (const [what, millis] of took) {
    console.log(`  ${name}: ${what} of ${runs} runs in ${(millis / 1000).toFixed(1)} s`);
  }
}
