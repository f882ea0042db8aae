import type { Access } from '../access/access.ts';
import { classNames } from '../access/classes.ts';
import { readableClasses } from '../access/readable.ts';
import { openingOf } from '../access/tables.ts';
import type { Database } from '../storage/database.ts';
import { everyone, type ColumnGrants } from '../storage/reader-roles.ts';
import { tableLabels } from './labels.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables.ts';

const grants: ColumnGrants = {
  groups: classNames,
  groupsOf(table, column) {
    const label = Object.hasOwn(tableLabels, table) ? tableLabels[table as keyof Tables] : undefined;
    const opening = label ? openingOf(label, column) : []; // a table of another's making
    return opening === 'everyone' ? [everyone] : opening;
  },
};

/** Makes of the store what a request gets: it reads by a database role that may read no more than the request's actor may. */
export type StoreFor = (access: Access) => Store;

/** Undefined where the database's user may not make roles. */
export async function createReaders(
  database: Database<Tables>,
  store: Store,
  onInternal: (error: unknown) => void,
): Promise<StoreFor | undefined> {
  const roles = await database.readerRoles(grants);
  return (
    roles &&
    (({ actor, policy, table }) => {
      const role = () => roles.roleFor(readableClasses(policy, table));
      return { ...store, read: database.readAs({ role, projects: actor.projects, onInternal }) };
    })
  );
}
