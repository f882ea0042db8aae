import { z } from 'zod';
import { experimentsByNumber } from '../../../domain/experiments/experiment.read-model.ts';
import { searchRuns } from '../../../domain/experiments/runs.page.ts';
import { coordinatesOfRunSearch } from '../../../domain/experiments/runs.search.ts';
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
      const asked = readSearch(context, coordinatesOfRunSearch, input);
      const experiments = await experimentsByNumber(context, input.experiment_ids);
      const { rows, hasNextPage, cursorOf } = await searchRuns(context, {
        ...asked,
        experimentIds: experiments.map((experiment) => experiment.uuid),
        lifecycles: lifecyclesOf(input.run_view_type),
      });
      const runs = await Promise.all(rows.map((run) => runMessage(context, run)));
      return { runs, ...(hasNextPage && { next_page_token: cursorOf(rows.at(-1)!) }) };
    },
  }),
];
