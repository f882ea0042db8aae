import { defineEntity, p } from '@mikro-orm/core';
import { column } from '../../storage/columns.ts';

/** The secret of this organisation, made at its first start and never shown: masks and opaque cursors are keyed by it. One row. */
export const OrganisationKey = defineEntity({
  name: 'OrganisationKey',
  tableName: 'organisation_key',
  rowLevelSecurity: true, // and no policy: readers see none
  properties: {
    id: p.integer().primary().autoincrement(false),
    /** 32 random bytes, base64url. */
    key: column.text(),
    createdAt: column.time(),
  },
});
