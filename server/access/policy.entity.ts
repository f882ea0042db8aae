import { defineEntity, p } from '@mikro-orm/core';
import { column, interval } from '../storage/columns.ts';

/** One version of the access policies: Cedar text, in force for an interval. At most one is open. */
export const PolicyVersion = defineEntity({
  name: 'PolicyVersion',
  tableName: 'policy_version',
  properties: {
    version: p.integer().primary().autoincrement(false),
    text: column.text(),
    /** SHA-256 of the text, hex. */
    digest: column.text(),
    ...interval(),
  },
});
