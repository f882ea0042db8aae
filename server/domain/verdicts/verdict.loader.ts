import DataLoader from 'dataloader';
import { sql, type SqlBool } from 'kysely';
import { int8s } from '../../storage/arrays.ts';
import type { Context, LoaderFor } from '../context.ts';
import { manyByKey, manyByKeyAt, oneByKey } from '../loader.ts';
import type { ApprovalView, Question, RuleView, WaiverView } from './judge.ts';
import {
  approvalColumns,
  judgeMany,
  ruleColumns,
  rulesInForce,
  standsAt,
  waiverColumns,
  type Judged,
} from './verdict.read-model.ts';

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
          const judged = await judgeMany(store.read, group, { asOf: group[0]!.asOf, now });
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

/** Approvals of each version that stood at the moment. */
export const approvalsOfVersion = manyByKeyAt<ApprovalView>(
  ({ store }, keys, at) =>
    store.read
      .selectFrom('model_approval')
      .select(approvalColumns)
      .where(sql<SqlBool>`version_key = any(${int8s(keys)})`)
      .where(standsAt(at ?? store.clock.now()))
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
      .where(sql<SqlBool>`version_key = any(${int8s(keys)})`)
      .where(standsAt(at ?? store.clock.now()))
      .orderBy('id')
      .execute()) as WaiverView[],
  (row) => row.versionKey,
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

/** The violation that each deployment stands in now. */
export const violationOf = oneByKey<number, { deploymentKey: number; validFrom: Date }>(
  ({ store }, keys) =>
    store.read
      .selectFrom('violation')
      .select(['deployment_key as deploymentKey', 'valid_from as validFrom'])
      .where('deployment_key', 'in', keys)
      .where('valid_to', 'is', null)
      .execute(),
  (row) => row.deploymentKey,
);

export const listRules = ({ store }: Context, asOf: Date | null): Promise<RuleView[]> =>
  rulesInForce(store.read, asOf ?? store.clock.now());
