import { defineEntity, p } from '@mikro-orm/core';
import { column } from '../../storage/columns.ts';
import { rows } from '../../storage/rows.ts';
import { Asset } from '../assets/asset.entity.ts';
import { Project, Principal } from '../identity/identity.entity.ts';

/** A figure that a role steers by. */
export const Kpi = defineEntity({
  name: 'Kpi',
  tableName: 'kpi',
  policies: rows.ofProject(),
  properties: {
    asset: () => p.oneToOne(Asset).owner().primary().deleteRule('no action').updateRule('no action'),
    project: () => p.manyToOne(Project),
    name: column.text(),
    /** UCUM or a plain word: `%`, `ms`, `EUR`; null for a pure number. */
    unit: column.text().nullable(),
    direction: p.text().$type<'HIGHER_IS_BETTER' | 'LOWER_IS_BETTER'>(),
    /** How the figure is made, in words. */
    definition: column.text(),
    /** The metric of the subject's run that gives the value; null when values are recorded by hand. */
    metricKey: column.text().nullable(),
    /** What the figure is about: a model, a model version or a deployment. */
    subject: () => p.manyToOne(Asset).nullable().deleteRule('no action'),
    warnAt: p.double().nullable(),
    failAt: p.double().nullable(),
    owner: () => p.manyToOne(Principal),
    /** The roles that it is for; beside these only governance_lead, compliance_reviewer and admin see it. */
    roles: p.array(),
    createdAt: column.time(),
  },
  uniques: [{ name: 'kpi_name', properties: ['project', 'name'] }],
});

export const KpiValue = defineEntity({
  name: 'KpiValue',
  tableName: 'kpi_value',
  policies: rows.ofAsset('kpi_value.kpi_key'),
  properties: {
    kpi: () => p.manyToOne(Asset).primary().deleteRule('no action').updateRule('no action'),
    at: column.time().primary(),
    value: p.double(),
    /** How many subjects it was measured over; null when that is not recorded. */
    subjects: p.integer().nullable(),
  },
});
