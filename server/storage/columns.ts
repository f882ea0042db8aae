import { p } from '@mikro-orm/core';

/**
 * Column kinds that every table shares, so that both databases and the drift check agree on them.
 * Times carry milliseconds, as JavaScript's Date does: a value read back and used in a predicate must match its row.
 */
export const column = {
  id: () => p.uuid().primary(),
  time: () => p.datetime(3),
  text: () => p.text(),
  /** A bigint key inside the graph: walks on UUIDs cost 1.8 times as much. Far below 2^53 in practice. */
  graphKey: () => p.bigint('number'),
  array: <T>(type: 'int' | 'bigint' | 'double precision' | 'uuid') => p.array().$type<T[]>().columnType(`${type}[]`),
  json: <T>() => p.json<T>(),
};

/** The time range of an interval fact: closed by setting validTo, never otherwise updated, never deleted. */
export const interval = () => ({
  validFrom: column.time(),
  validTo: column.time().nullable(),
});
