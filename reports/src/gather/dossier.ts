/** Everything that a dossier's page asks for: in bulk with its neighbours, section by section, so that a rule hides one section only. */
import { factsOf } from './batches.ts';
import type { VersionAddress } from '../addresses.ts';
import type { ReportClient } from '../client.ts';
import type { ReportContext } from '../context.ts';
import type { Answer } from '../evidence.ts';
import type { RunCurvesQuery } from '../gql/graphql.ts';
import type { TrainingNode } from '../models/dossier.ts';
import { lineageKinds } from './lineage-kinds.ts';
import {
  DossierIdentity,
  DossierLineage,
  DossierLog,
  DossierSensitivity,
  DossierTraining,
  DossierUse,
  RunCurves,
  RunsDuring,
} from '../queries/models.ts';
import {
  aliasesSection,
  approvalsSection,
  deploymentsSection,
  identitySection,
  lineageSection,
  runSection,
  section,
  sensitivitySection,
} from '../models/dossier.ts';
import { comparison } from '../models/comparison.ts';
import { curveCharts } from '../models/curves.ts';
import { logRow } from '../models/log.ts';
import { fieldOf, mapKnown } from '../known.ts';

/** Versions that the comparison shows beside this one. */
const mostCompared = 6;

export async function askDossier({ client, addresses, stamp }: ReportContext, address: VersionAddress) {
  const ids = addresses.versions.map((one) => one.id);
  const sensitivityOf = (id: string) => factsOf(client, DossierSensitivity, ids, id, {});
  const trainingOf = (id: string) => factsOf(client, DossierTraining, ids, id, {});
  const [identity, sensitivity, lineage, training, use, log] = await Promise.all([
    factsOf(client, DossierIdentity, ids, address.id, {}),
    sensitivityOf(address.id),
    factsOf(client, DossierLineage, ids, address.id, { up: 12, down: 3, kinds: lineageKinds }, 10),
    trainingOf(address.id),
    factsOf(client, DossierUse, ids, address.id, {}),
    factsOf(client, DossierLog, ids, address.id, { first: 50 }),
  ]);
  const run = runSection(training);
  const siblings = addresses.versions.filter((one) => one.modelId === address.modelId);
  const compared = siblings.length < 2 ? [] : around(siblings, address);
  const curves =
    training.state === 'answered' && training.data.run ? await askCurves(client, training.data.run) : undefined;
  return {
    identity: identitySection(identity),
    sensitivity: sensitivitySection(sensitivity),
    lineage: lineageSection(lineage, sensitivity, { id: address.id, words: `${address.model} ${address.version}` }),
    run,
    curves: curves && {
      content: curves.state === 'answered' ? curveCharts(curves.data) : ({ state: 'redacted', by: curves.by } as const),
      evidence: curves.evidence,
    },
    deployments: deploymentsSection(use, stamp.asOf),
    aliases: aliasesSection(use),
    approvals: approvalsSection(use),
    comparison: comparison(
      await Promise.all(
        compared.map(async ({ id, version }) => ({
          id,
          version,
          sensitivity: await sensitivityOf(id),
          training: await trainingOf(id),
        })),
      ),
    ),
    log: section(log, (node) => mapKnown(fieldOf(node, 'events'), (events) => events.nodes.map(logRow))),
  };
}

type TrainingRun = NonNullable<TrainingNode['run']>;

/** At most 20 runs: the one that trained, and the first candidates nested in it. */
async function askCurves(client: ReportClient, run: TrainingRun): Promise<Answer<RunCurvesQuery>> {
  const { experiment, startedAt, endedAt } = run;
  const during =
    experiment && startedAt && endedAt
      ? await client.ask(RunsDuring, { experiment: experiment.id, from: startedAt, to: endedAt })
      : undefined;
  if (during?.state === 'refused') return during;
  const nested = (during?.data.runs.nodes ?? []).filter((one) => one.parent?.id === run.id).map((one) => one.id);
  return client.ask(RunCurves, { runs: [run.id, ...nested.slice(0, 19)], points: 200 });
}

/** This version and its nearest neighbours, oldest first. */
function around(siblings: readonly VersionAddress[], self: VersionAddress): VersionAddress[] {
  const at = siblings.indexOf(self);
  const start = Math.max(0, Math.min(at - Math.floor(mostCompared / 2), siblings.length - mostCompared));
  return siblings.slice(start, start + mostCompared);
}
