import { z } from 'zod';
import { experimentsByNumber } from '../../../domain/experiments/experiment.read-model.ts';
import { coordinateOfRunSearch, searchRuns } from '../../../domain/experiments/runs.search.ts';
import { int64, list } from '../fields.ts';
import { route, type Route } from '../route.ts';
import { runMessage } from '../run-message.ts';
import { readSearch, searchFields } from '../search.ts';
import { lifecyclesOf, viewType } from '../translate.ts';

export const runSearchRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/mlflow/runs/search',
    access: [['Experiment.runs', 'select']],
    input: z.object({
      ...searchFields(1_000, 50_000),
      experiment_ids: list(int64, 10_000),
      run_view_type: viewType,
    }),
    async handle(context, input) {
      const asked = readSearch(context, coordinateOfRunSearch, input);
      const experiments = await experimentsByNumber(context, input.experiment_ids);
      const { runs, nextToken } = await searchRuns(context, {
        ...asked,
        experimentIds: experiments.map((experiment) => experiment.uuid),
        lifecycles: lifecyclesOf(input.run_view_type),
      });
      const messages = await Promise.all(runs.map((run) => runMessage(context, run)));
      return { runs: messages, ...(nextToken && { next_page_token: nextToken }) };
    },
  }),
];
