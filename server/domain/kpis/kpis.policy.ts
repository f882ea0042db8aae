import { classify } from '../../access/classes.ts';
import { ofProject, type TableLabels } from '../../access/tables.ts';

export const kpisPolicy = classify({
  Query: { kpis: 'kpi' },
  Mutation: { defineKpi: 'kpi', recordKpiValue: 'kpi' },
  Subscription: { kpiChanged: 'kpi' },
  Kpi: {
    id: 'kpi', // whoever reads no KPI meets none
    kind: 'handle',
    name: 'kpi',
    project: 'handle',
    redactions: 'structural',
    unit: 'kpi',
    direction: 'kpi',
    definition: 'kpi',
    metricKey: 'kpi',
    subject: 'kpi',
    warnAt: 'kpi',
    failAt: 'kpi',
    owner: 'kpi',
    roles: 'kpi',
    value: 'kpi',
    history: 'kpi',
    createdAt: 'handle',
  },
  KpiValue: { at: 'handle', value: 'kpi', status: 'kpi', subjects: 'kpi', redactions: 'structural' },
  DefineKpiPayload: { kpi: 'structural' },
  RecordKpiValuePayload: { kpi: 'structural' },
  KpiChange: { kpi: 'kpi', cursor: 'handle' },
});

export const kpiTables = {
  // whom a KPI is for is asked wherever assets are, so that those for others are not met
  kpi: ofProject(['kpi'], { asset_key: 'everyone', roles: 'everyone' }),
  kpi_value: ofProject(['kpi']),
} satisfies TableLabels;
