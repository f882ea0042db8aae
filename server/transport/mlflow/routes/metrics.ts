import { pageOfHistory } from '../../../domain/experiments/metric-history.read-model.ts';
import { toHex } from '../../../shared/ids.ts';
import { maxKey, ofRun, optionalText, pageSize, requiredText } from '../fields.ts';
import { route, type Route } from '../route.ts';
import { metricMessage, requireRun } from '../run-message.ts';

const maxHistory = 25_000;

export const metricRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/mlflow/metrics/get-history',
    access: [['Run.metrics', 'select']],
    input: ofRun({
      metric_key: requiredText(maxKey),
      max_results: pageSize(maxHistory, maxHistory),
      page_token: optionalText(2_000),
    }),
    async handle(context, { run_id, metric_key: key, max_results, page_token }) {
      await requireRun(context, run_id);
      const page = await pageOfHistory(context, { runId: run_id, key, limit: max_results, token: page_token });
      return {
        metrics: page.points.map((point) => ({ ...metricMessage({ key, ...point }), run_id: toHex(run_id) })),
        ...(page.nextToken && { next_page_token: page.nextToken }),
      };
    },
  }),
];
