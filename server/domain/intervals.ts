import { sql, type RawBuilder } from 'kysely';

/** Open now, or at that moment. */
export const openAt = (alias: string, asOf: Date | null): RawBuilder<boolean> => {
  const [from, to] = [sql.ref(`${alias}.valid_from`), sql.ref(`${alias}.valid_to`)];
  return asOf ? sql`(${from} <= ${asOf} and (${to} is null or ${to} > ${asOf}))` : sql`${to} is null`;
};
