import { defineEntity, p } from '@mikro-orm/core';
import { column } from '../../storage/columns.ts';
import { Project } from '../identity/identity.entity.ts';

/** Which events have been taken in: one that is sent again changes nothing. */
export const SeenEvent = defineEntity({
  name: 'SeenEvent',
  tableName: 'seen_event',
  rowLevelSecurity: true, // and no policy: readers see none
  properties: {
    project: () => p.manyToOne(Project).primary().deleteRule('no action').updateRule('no action'),
    /** Follows from all that the event says. */
    digest: p.uuid().primary(),
    receivedAt: column.time(),
  },
});
