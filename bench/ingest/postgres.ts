import { Client } from 'pg';

/** Databases of these names' kind on the server of DATABASE_URL, dropped at the end. */
export async function withDatabases<Name extends string, T>(
  names: readonly Name[],
  work: (urls: Record<Name, string>) => Promise<T>,
): Promise<T> {
  const server = process.env['DATABASE_URL'];
  if (!server) {
    throw new Error(
      'DATABASE_URL is missing: name a PostgreSQL server on which databases may be made, such as postgres://postgres@127.0.0.1:5432/postgres',
    );
  }
  const admin = new Client({ connectionString: server });
  await admin.connect();
  const databaseOf = (name: Name): string => `aval_bench_${name}_${process.pid}`;
  const urlOf = (name: Name): string => Object.assign(new URL(server), { pathname: `/${databaseOf(name)}` }).href;
  try {
    for (const name of names) await admin.query(`create database ${databaseOf(name)}`);
    return await work(Object.fromEntries(names.map((name) => [name, urlOf(name)])) as Record<Name, string>);
  } finally {
    for (const name of names) await admin.query(`drop database if exists ${databaseOf(name)} with (force)`);
    await admin.end();
  }
}
