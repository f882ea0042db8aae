import { classify } from '../../access/classes.ts';

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
