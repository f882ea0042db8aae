import { z } from 'zod';
import { experimentById, experimentsByNumber } from '../../../domain/experiments/experiment.read-model.ts';
import { searchRuns } from '../../../domain/experiments/runs.page.ts';
import { coordinatesOfRunSearch } from '../../../domain/experiments/runs.search.ts';
import { int64, list } from '../fields.ts';
import { JsonText } from '../json.ts';
import { route, type Route } from '../route.ts';
import { runMessages } from '../run-message.ts';
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
      const [experiments, { rows, hasNextPage, cursorOf }] = await Promise.all([
        experimentsByNumber(context, input.experiment_ids),
        searchRuns(context, {
          ...asked,
          experimentNumbers: input.experiment_ids,
          lifecycles: lifecyclesOf(input.run_view_type),
          sheets: true,
        }),
      ]);
      for (const experiment of experiments) context.loader(experimentById).prime(experiment.uuid, experiment);
      const runs = await runMessages(context, rows);
      const token = hasNextPage ? `,"next_page_token":${JSON.stringify(cursorOf(rows.at(-1)!))}` : '';
      return new JsonText(`{"runs":${runs}${token}}`);
    },
  }),
];
