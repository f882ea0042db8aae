import { z } from 'zod';
import { experimentsByNumber } from '../../../domain/experiments/experiment.read-model.ts';
import { coordinateOfRunSearch, searchRuns } from '../../../domain/experiments/runs.search.ts';
import { int64, list, optionalText, pageSize, searchText } from '../fields.ts';
import { parseFilter, parseOrder } from '../filter.ts';
import { route, type Route } from '../route.ts';
import { runMessage } from '../run-message.ts';
import { lifecyclesOf, viewType } from '../translate.ts';

export const runSearchRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/mlflow/runs/search',
    access: [['Experiment.runs', 'select']],
    input: z.object({
      experiment_ids: list(int64, 10_000),
      filter: searchText,
      run_view_type: viewType,
      max_results: pageSize(1_000, 50_000),
      order_by: list(optionalText(1_000), 20),
      page_token: optionalText(20_000),
    }),
    async handle(context, input) {
      const conditions = parseFilter(input.filter);
      const order = parseOrder(input.order_by);
      for (const one of conditions) context.access.require(coordinateOfRunSearch(one, 'filter'), 'filter');
      for (const one of order) context.access.require(coordinateOfRunSearch(one, 'order_by'), 'order');
      const experiments = await experimentsByNumber(context, input.experiment_ids);
      const { runs, nextToken } = await searchRuns(context, {
        experimentIds: experiments.map((experiment) => experiment.uuid),
        lifecycles: lifecyclesOf(input.run_view_type),
        conditions,
        order,
        limit: input.max_results,
        token: input.page_token,
      });
      const messages = await Promise.all(runs.map((run) => runMessage(context, run)));
      return { runs: messages, ...(nextToken && { next_page_token: nextToken }) };
    },
  }),
];
