import { sql, type RawBuilder } from 'kysely';

export interface Moment {
  /** Null asks for what is so now. */
  asOf: Date | null;
  now: Date;
}

/** Open now, or at that moment, which may be a column's. */
export const openAt = (alias: string, asOf: Date | RawBuilder<Date> | null): RawBuilder<boolean> => {
  const [from, to] = [sql.ref(`${alias}.valid_from`), sql.ref(`${alias}.valid_to`)];
  return asOf ? sql`(${from} <= ${asOf} and (${to} is null or ${to} > ${asOf}))` : sql`${to} is null`;
};

/** As `openAt`, and not past an end of its own, which takes effect before anybody has written it down. */
export const standsAt = (alias: string, { asOf, now }: Moment, end = 'until'): RawBuilder<boolean> => {
  const over = sql.ref(`${alias}.${end}`);
  return sql`(${openAt(alias, asOf)} and (${over} is null or ${over} > ${asOf ?? now}))`;
};
