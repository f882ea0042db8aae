import { createHash } from 'node:crypto';
import { sql, type Kysely } from 'kysely';

/** Who may read which columns. */
export interface ColumnGrants {
  /** Of readers, and `everyone`. */
  readonly groups: readonly string[];
  /** The groups that may read the column; none for a column that no reader needs. */
  groupsOf(table: string, column: string): readonly string[];
}

/** The group of every reader. */
export const everyone = 'everyone';

/** Database roles for readers: without login, and with no right but to select some columns. */
export interface ReaderRoles {
  /** The role that may read what these groups may; made at first use. */
  roleFor(groups: readonly string[]): Promise<string>;
}

/**
 * Makes a role for each group, and grants it its columns; where that was done before, nothing is written. Undefined where the database's user
 * may not make roles. Roles belong to the whole server, so their names begin with the user's; what they may read belongs to the database.
 */
export async function createReaderRoles<DB>(db: Kysely<DB>, grants: ColumnGrants): Promise<ReaderRoles | undefined> {
  const { rows } = await sql<{ name: string; may: boolean }>`
    select rolname as name, rolsuper or rolcreaterole as may from pg_roles where rolname = current_user`.execute(db);
  const { name: user, may } = rows[0]!;
  if (!may) return undefined;
  const roleOf = (group: string): string => `${user.slice(0, 30)}_reads_${group}`;

  const groups = [everyone, ...[...grants.groups].sort()];
  await ensureRoles(
    db,
    groups.map((group) => [roleOf(group), []]),
  );
  await grantColumns(db, grants, roleOf);

  const made = new Map<string, Promise<string>>();
  async function make(wanted: readonly string[]): Promise<string> {
    const digest = createHash('sha256').update(wanted.join()).digest('hex').slice(0, 12);
    await ensureRoles(db, [[roleOf(digest), wanted.map(roleOf)]]);
    return roleOf(digest);
  }
  return {
    roleFor(some) {
      const wanted = groups.filter((group) => group === everyone || some.includes(group));
      const key = wanted.join();
      const known = made.get(key) ?? make(wanted);
      made.set(key, known);
      known.catch(() => made.delete(key)); // so that the next one tries again
      return known;
    },
  };
}

/** Makes the roles that are missing, each a member of others. Several servers may do so at one time. */
async function ensureRoles<DB>(
  db: Kysely<DB>,
  roles: readonly (readonly [name: string, memberOf: readonly string[]])[],
) {
  const names = roles.map(([name]) => name);
  const { rows } = await sql<{ name: string }>`
    select rolname as name from pg_roles where rolname = any(${sql.val(names)}::text[])`.execute(db);
  const missing = roles.filter(([name]) => !rows.some((row) => row.name === name));
  if (missing.length === 0) return;
  const statements = missing.map(([name, memberOf]) => {
    const within = memberOf.length > 0 ? ` in role ${memberOf.map(quoted).join()}` : '';
    return `begin
      create role ${quoted(name)} nologin${within};
      grant ${quoted(name)} to current_user;
    exception when duplicate_object or unique_violation then null;
    end;`;
  });
  await sql.raw(`do $do$ begin ${statements.join('\n')} end $do$`).execute(db);
}

/** Brings what each group may read to what it should: usually that is so already. */
async function grantColumns<DB>(db: Kysely<DB>, { groupsOf }: ColumnGrants, roleOf: (group: string) => string) {
  const { rows } = await sql<{ table: string; column: string; held: string[] }>`
    select c.relname as table, a.attname as column, array(
             select r.rolname::text from aclexplode(a.attacl) x join pg_roles r on r.oid = x.grantee
              where x.privilege_type = 'SELECT' and starts_with(r.rolname, ${roleOf('')})) as held
      from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped`.execute(
    db,
  );
  const each = rows.map(({ table, column, held }) => ({
    table,
    column,
    held,
    wanted: groupsOf(table, column).map(roleOf),
  }));
  const grants = (roles: (one: (typeof each)[number]) => string[]): Grant[] =>
    each.flatMap((one) => roles(one).map((role) => ({ table: one.table, column: one.column, role })));
  const statements = [
    ...lists(grants(({ held, wanted }) => held.filter((role) => !wanted.includes(role)))).map(
      ({ on, role, columns }) => `revoke select (${columns}) on ${on} from ${role}`,
    ),
    ...lists(grants(({ held, wanted }) => wanted.filter((role) => !held.includes(role)))).map(
      ({ on, role, columns }) => `grant select (${columns}) on ${on} to ${role}`,
    ),
  ];
  if (statements.length > 0) await sql.raw(`do $do$ begin ${statements.join('; ')}; end $do$`).execute(db);
}

interface Grant {
  readonly table: string;
  readonly column: string;
  readonly role: string;
}

/** As statements need them: the columns of each table and role together. */
function lists(grants: readonly Grant[]) {
  const together = Map.groupBy(grants, ({ table, role }) => JSON.stringify([table, role]));
  return [...together.values()].map((some) => ({
    on: quoted(some[0]!.table),
    role: quoted(some[0]!.role),
    columns: some.map(({ column }) => quoted(column)).join(),
  }));
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
