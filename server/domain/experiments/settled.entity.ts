import { defineEntity, p } from '@mikro-orm/core';
import { column } from '../../storage/columns.ts';
import { rows } from '../../storage/rows.ts';
import { Run } from './run.entity.ts';

// What runs that nobody writes to any more are searched and shown by, copied here when a run settles and taken away when it is
// written to again (settle.ts). An index on values stands here, not on `metric_series`: there it would end heap-only updates,
// and with them more than half of what can be logged in a second.

/** One value for each metric of a settled run: the latest of all its series. It repeats what its run is found by. */
export const RunMetric = defineEntity({
  name: 'RunMetric',
  tableName: 'run_metric',
  policies: rows.ofProject(),
  properties: {
    run: () => p.manyToOne(Run).primary().deleteRule('no action').updateRule('no action'),
    key: column.text().primary(),
    value: p.double().$type<number>(),
    projectId: p.uuid(),
    experimentId: p.uuid().nullable(),
    startedAt: column.time().nullable(),
  },
  indexes: [
    // runs.source.ts: the runs of a project, or of one experiment, in the order of a metric; and those whose metric is in a range
    {
      name: 'run_metric_by_project',
      properties: ['projectId', 'key', 'value', 'startedAt', 'run'],
      columns: [{ name: 'projectId' }, { name: 'key' }, { name: 'value' }, { name: 'startedAt', sort: 'DESC' }, { name: 'run' }],
    },
    {
      name: 'run_metric_by_experiment',
      properties: ['experimentId', 'key', 'value', 'startedAt', 'run'],
      columns: [{ name: 'experimentId' }, { name: 'key' }, { name: 'value' }, { name: 'startedAt', sort: 'DESC' }, { name: 'run' }],
    },
  ],
}); // prettier-ignore

/** A settled run's metrics, params and tags as JSON texts in the words of MLflow's messages: a page of runs reads rows, not cells. */
export const RunSheet = defineEntity({
  name: 'RunSheet',
  tableName: 'run_sheet',
  policies: rows.ofProject(),
  properties: {
    run: () => p.manyToOne(Run).primary().deleteRule('no action').updateRule('no action'),
    /** The run's, so that row security need not look at a run for each sheet of a page. */
    projectId: p.uuid(),
    metrics: column.text(),
    params: column.text(),
    tags: column.text(),
  },
});
