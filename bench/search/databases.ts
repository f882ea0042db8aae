import { Client } from 'pg';

/** Two databases on the server of DATABASE_URL; with `keep`, ones that stay until the next time. */
export async function withDatabases<T>(
  keep: boolean,
  work: (urls: { aval: string; mlflow: string }, loaded: boolean) => Promise<T>,
): Promise<T> {
  const server = process.env['DATABASE_URL'];
  if (!server) {
    throw new Error(
      'DATABASE_URL is missing: name a PostgreSQL server on which databases may be made, such as postgres://postgres@127.0.0.1:5432/postgres',
    );
  }
  const admin = new Client({ connectionString: server });
  await admin.connect();
  const suffix = keep ? 'kept' : String(process.pid);
  const names = { aval: `aval_bench_search_${suffix}`, mlflow: `aval_bench_search_mlflow_${suffix}` };
  const urlOf = (name: string): string => Object.assign(new URL(server), { pathname: `/${name}` }).href;
  const drop = async (): Promise<void> => {
    for (const name of Object.values(names)) await admin.query(`drop database if exists ${name} with (force)`);
  };
  try {
    // the comment says that all of it is there: what an earlier try left half done is made anew
    const { rowCount } = await admin.query(
      `select from pg_database where datname = any($1) and shobj_description(oid, 'pg_database') = 'loaded'`,
      [Object.values(names)],
    );
    const loaded = rowCount === 2;
    if (!loaded) {
      await drop();
      for (const name of Object.values(names)) await admin.query(`create database ${name}`);
    }
    const result = await work({ aval: urlOf(names.aval), mlflow: urlOf(names.mlflow) }, loaded);
    if (keep) for (const name of Object.values(names)) await admin.query(`comment on database ${name} is 'loaded'`);
    return result;
  } finally {
    if (!keep) await drop();
    await admin.end();
  }
}
