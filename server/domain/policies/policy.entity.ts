import { defineEntity, p } from '@mikro-orm/core';
import { column, interval } from '../../storage/columns.ts';
import { rows } from '../../storage/rows.ts';
import { Principal } from '../identity/identity.entity.ts';

/** A text that someone wants put in force: open until somebody else approves it, or it is withdrawn. */
export const PolicyProposal = defineEntity({
  name: 'PolicyProposal',
  tableName: 'policy_proposal',
  policies: rows.ofAll(),
  properties: {
    id: column.id(),
    text: column.text(),
    /** SHA-256 of the text, hex. */
    digest: column.text(),
    /** Why, in the proposer's words. */
    reason: column.text(),
    /** The version that it is to take the place of. */
    basedOn: p.integer(),
    /** Null when Aval proposes the text that ships with a release. */
    proposedBy: () => p.manyToOne(Principal).nullable().deleteRule('no action'),
    /** How it ended; null while it is open. */
    decision: p.text().$type<'APPROVED' | 'WITHDRAWN'>().nullable(),
    decidedBy: () => p.manyToOne(Principal).nullable().deleteRule('no action'),
    ...interval(),
  },
});

/** One version of the access policies: Cedar text, in force for an interval. At most one is open. */
export const PolicyVersion = defineEntity({
  name: 'PolicyVersion',
  tableName: 'policy_version',
  policies: rows.ofAll(),
  properties: {
    version: p.integer().primary().autoincrement(false),
    text: column.text(),
    /** SHA-256 of the text, hex. */
    digest: column.text(),
    /** What was approved; null when a start put in force the text that ships. */
    proposal: () => p.manyToOne(PolicyProposal).nullable().deleteRule('no action'),
    ...interval(),
  },
});
