import { defineEntity, p } from '@mikro-orm/core';
import { column } from '../../storage/columns.ts';
import { rows } from '../../storage/rows.ts';

/** What a model may be used for, in W3C DPV's terms. Made once and never moved, so that no purpose is ever above itself. */
export const Purpose = defineEntity({
  name: 'Purpose',
  tableName: 'purpose',
  policies: rows.ofAll(),
  properties: {
    code: column.text().primary(),
    /** Code of the wider purpose. */
    parent: column.text().nullable(),
    label: column.text(),
    iri: column.text().nullable(),
    description: column.text(),
    /** Listed in Annex III of the EU AI Act; `highRiskSource` says where. */
    highRisk: p.boolean(),
    highRiskSource: column.text().nullable(),
    /** Null for what was there before Aval wrote it down. */
    definedAt: column.time().nullable(),
  },
});
