import { z } from 'zod';
import type { Context } from '../../domain/context.ts';
import { experimentTags, findExperiment, type ExperimentView } from '../../domain/experiments/experiment.read-model.ts';
import type { Lifecycle } from '../../domain/experiments/experiment.entity.ts';
import { defaultExperiment } from '../../domain/experiments/experiment.service.ts';
import { AvalError } from '../../shared/errors.ts';

// From Aval's views to MLflow's messages. A part that the caller may not select is left out.

const viewTypes = ['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL'] as const;

/** Which life cycles a search looks at: by name, or by the enumeration's number. */
export const viewType = z
  .union([z.enum(viewTypes), z.literal([1, 2, 3]).transform((n) => viewTypes[n - 1]!)])
  .default('ACTIVE_ONLY');

export const lifecyclesOf = (view: (typeof viewTypes)[number]): Lifecycle[] =>
  view === 'ALL' ? ['active', 'deleted'] : [view === 'ACTIVE_ONLY' ? 'active' : 'deleted'];

/** Milliseconds since 1970. */
export const toMillis = (at: Date): number => at.getTime();

/** The experiment of that number in the door's project; NOT_FOUND as MLflow words it. The project's first use makes "0". */
export async function requireExperiment(context: Context, number: bigint): Promise<ExperimentView> {
  if (number === BigInt(defaultExperiment.number)) await context.services.experiments.ensureDefault(context.actor);
  const experiment = await findExperiment(context, { number });
  if (experiment) return experiment;
  throw new AvalError('NOT_FOUND', `No Experiment with id=${number} exists`, { field: 'experiment_id' });
}

export async function experimentMessage(context: Context, experiment: ExperimentView): Promise<object> {
  const { access } = context;
  const mayName = access.can('Experiment.name', 'select');
  const tags = access.can('Experiment.tags', 'select')
    ? await context.loader(experimentTags).load(experiment.uuid)
    : undefined;
  return {
    experiment_id: String(experiment.number),
    ...(mayName && { name: experiment.name }),
    ...((access.can('Run.artifactUri', 'select') || access.can('Run.artifactUri', 'mutate')) && {
      artifact_location: experiment.artifactLocation,
    }),
    lifecycle_stage: experiment.lifecycle,
    last_update_time: toMillis(experiment.updatedAt),
    creation_time: toMillis(experiment.createdAt),
    ...(tags?.length && { tags: tags.map(({ key, value }) => ({ key, value })) }),
  };
}
