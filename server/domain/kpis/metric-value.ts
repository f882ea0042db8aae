import type { Tx } from '../store.ts';
import type { Subject } from './kpi.service.ts';

/** The latest value of that metric in the run that made the subject's version; of several series, the newest point. */
export async function latestMetric(
  tx: Tx,
  subject: Subject,
  metricKey: string,
): Promise<{ at: Date; value: number } | undefined> {
  const version = tx.db.selectFrom('model_version').select('model_version.run_id');
  const run =
    subject.kind === 'DEPLOYMENT'
      ? version
          .innerJoin('deployment', 'deployment.version_key', 'model_version.asset_key')
          .where('deployment.asset_key', '=', subject.key)
      : subject.kind === 'MODEL_VERSION'
        ? version.where('asset_key', '=', subject.key)
        : version.where('model_key', '=', subject.key).orderBy('version', 'desc').limit(1);
  const row = await tx.db
    .selectFrom('metric_series')
    .select(['latest_at', 'latest_value'])
    .where('run_id', '=', run)
    .where('key', '=', metricKey)
    .orderBy('latest_at', 'desc')
    .executeTakeFirst();
  return row && { at: row.latest_at, value: Number(row.latest_value) };
}
