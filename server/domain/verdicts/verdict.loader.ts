import DataLoader from 'dataloader';
import type { Context, LoaderFor } from '../context.ts';
import { openAt, standsAt } from '../intervals.ts';
import { sharesOf } from '../lineage/completeness.read-model.ts';
import { manyByKey, manyByKeyAt, oneByKey } from '../loader.ts';
import { ruleColumns, rulesInForce } from './ground.read-model.ts';
import type { Question, RuleView } from './judge.ts';
import {
  approvalColumns,
  legalBasisColumns,
  waiverColumns,
  type ApprovalView,
  type LegalBasisView,
  type WaiverView,
} from './said.views.ts';
import { trainingDataOf } from './reach.read-model.ts';
import { judgeMany, type Judged } from './verdict.read-model.ts';

export interface Asked extends Question {
  asOf: Date | null;
}

/** Verdicts: what one answer asks of a moment costs a fixed number of statements. */
export const verdictOf: LoaderFor<Asked, Judged> = ({ store }) =>
  new DataLoader<Asked, Judged, string>(
    async (asked) => {
      const now = store.clock.now();
      const found = new Map<Asked, Judged>();
      await Promise.all(
        [...Map.groupBy(asked, ({ asOf }) => asOf?.getTime()).values()].map(async (group) => {
          const judged = await judgeMany(store.derive, group, { asOf: group[0]!.asOf, now });
          group.forEach((one, i) => found.set(one, judged[i]!));
        }),
      );
      return asked.map((one) => found.get(one)!);
    },
    {
      cacheKeyFn: ({ versionKey, purposeCode, deploymentKey, asOf }) =>
        `${versionKey} ${deploymentKey} ${asOf?.getTime()} ${purposeCode}`,
      maxBatchSize: 1_000,
    },
  );

/** How much is known of where the training data of each verdict's version came from. Two statements for each moment. */
export const completenessOfVerdict: LoaderFor<Judged, number> = (context) =>
  new DataLoader(async (judged) => {
    const found = new Map<Judged, number>();
    const worlds = Map.groupBy(judged, ({ asOf, without }) => without ?? asOf.getTime());
    for (const [world, group] of worlds) {
      const { asOf } = group[0]!;
      const keys = [...new Set(group.map(({ versionKey }) => versionKey))];
      const without = typeof world === 'number' ? undefined : world;
      const trained = await trainingDataOf(context.store.derive, keys, asOf, without);
      const shares = await sharesOf(context, trained, asOf);
      for (const one of group) found.set(one, shares.get(one.versionKey) ?? 0);
    }
    return judged.map((one) => found.get(one)!);
  });

/** Approvals of each version that stood at the moment. */
export const approvalsOfVersion = manyByKeyAt<ApprovalView>(
  ({ store }, keys, at) =>
    store.read
      .selectFrom('model_approval')
      .select(approvalColumns)
      .where('version_key', 'in', keys)
      .where(standsAt('model_approval', { asOf: at, now: store.clock.now() }))
      .orderBy('id')
      .execute(),
  (row) => row.versionKey,
);

/** Waivers of each version that stood at the moment, those for one deployment included. */
export const waiversOfVersion = manyByKeyAt<WaiverView>(
  async ({ store }, keys, at) =>
    (await store.read
      .selectFrom('waiver')
      .select(waiverColumns)
      .where('version_key', 'in', keys)
      .where(standsAt('waiver', { asOf: at, now: store.clock.now() }))
      .orderBy('id')
      .execute()) as WaiverView[],
  (row) => row.versionKey,
);

/** What meets a condition, or sets a rule aside, in whole. */
export const approvalById = oneByKey<string, ApprovalView>(
  ({ store }, ids) => store.read.selectFrom('model_approval').select(approvalColumns).where('id', 'in', ids).execute(),
  ({ id }) => id,
);

export const legalBasisById = oneByKey<string, LegalBasisView>(
  ({ store }, ids) => store.read.selectFrom('legal_basis').select(legalBasisColumns).where('id', 'in', ids).execute(),
  ({ id }) => id,
);

export const waiverById = oneByKey<string, WaiverView>(
  async ({ store }, ids) =>
    (await store.read.selectFrom('waiver').select(waiverColumns).where('id', 'in', ids).execute()) as WaiverView[],
  ({ id }) => id,
);

/** All versions of each rule, the newest first. */
export const versionsOfRule = manyByKey<string, RuleView>(
  ({ store }, codes) =>
    store.read
      .selectFrom('use_rule')
      .select(ruleColumns)
      .where('code', 'in', codes)
      .orderBy('version', 'desc')
      .execute(),
  (rule) => rule.code,
);

/** The newest version of each rule, in force or not. */
export const newestRule = oneByKey<string, RuleView>(
  ({ store }, codes) =>
    store.read
      .selectFrom('use_rule')
      .select(ruleColumns)
      .distinctOn('code')
      .where('code', 'in', codes)
      .orderBy('code')
      .orderBy('version', 'desc')
      .execute(),
  (rule) => rule.code,
);

/** The violation that each deployment stands in, or stood in at a moment: one or none. */
export const violationsOf = manyByKeyAt<{ deploymentKey: number; validFrom: Date }>(
  ({ store }, keys, asOf) =>
    store.read
      .selectFrom('violation')
      .select(['deployment_key as deploymentKey', 'valid_from as validFrom'])
      .where('deployment_key', 'in', keys)
      .where(openAt('violation', asOf))
      .execute(),
  (row) => row.deploymentKey,
);

/** The legal bases of each project that stood at the moment, the oldest first. */
export const legalBasesOfProject = manyByKeyAt<LegalBasisView, string>(
  ({ store }, ids, at) =>
    store.read
      .selectFrom('legal_basis')
      .select(legalBasisColumns)
      .where('project_id', 'in', ids)
      .where(standsAt('legal_basis', { asOf: at, now: store.clock.now() }))
      .orderBy('id')
      .execute(),
  (row) => row.projectId,
);

export const listRules = ({ store }: Context, asOf: Date | null): Promise<RuleView[]> => rulesInForce(store.read, asOf);
