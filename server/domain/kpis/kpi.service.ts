import type { Actor } from '../../access/actor.ts';
import type { CompiledPolicy } from '../../access/decisions.ts';
import { AvalError, badInput, notFound } from '../../shared/errors.ts';
import { checkText } from '../../shared/json.ts';
import { insertAsset } from '../assets/asset.service.ts';
import { isOverFew } from '../few-subjects.ts';
import { link } from '../lineage/lineage.service.ts';
import { requireRole, type Policies } from '../policies/policies.service.ts';
import { inScope, requireProject } from '../scope.ts';
import type { Store, Tx } from '../store.ts';
import { latestMetric } from './metric-value.ts';
import { kpiIsFor } from './visibility.read-model.ts';

export type Direction = 'HIGHER_IS_BETTER' | 'LOWER_IS_BETTER';

export interface NewKpi {
  name: string;
  unit?: string | null | undefined;
  direction: Direction;
  definition: string;
  /** The metric of the subject's run whose latest value it starts with. */
  metricKey?: string | null | undefined;
  /** Asset id of a model version or a deployment; without one the KPI is of the caller's default project. */
  subjectId?: string | null | undefined;
  warnAt?: number | null | undefined;
  failAt?: number | null | undefined;
  roles: readonly string[];
}

export interface NewKpiValue {
  value: number;
  at?: Date | null | undefined;
  /** How many subjects it was measured over. */
  subjects?: number | null | undefined;
}

/** A clock of a client may be a little ahead of ours. */
const aheadMs = 5 * 60_000;

/** Key figures: what they mean, whom they are for, and their values. */
export function createKpis(store: Store, policies: Pick<Policies, 'inForce'>) {
  return {
    /** Throws ALREADY_EXISTS when the project has a KPI of that name. */
    async define(actor: Actor, input: NewKpi): Promise<string> {
      check(input, policies.inForce.compiled);
      return store.write(actor, async (tx) => {
        const subject = input.subjectId == null ? undefined : await requireSubject(tx, actor, input.subjectId);
        if (subject?.kind === 'DATASET' && input.metricKey != null) {
          throw badInput('input.metricKey', 'A dataset has no metrics.', 'Leave metricKey out, and record values.');
        }
        const projectId = subject?.projectId ?? actor.defaultProjectId;
        requireProject(actor, projectId, 'The project');
        const { key, id } = await insertAsset(tx, { kind: 'KPI', projectId, name: input.name });
        const made = await tx.db
          .insertInto('kpi')
          .values({
            asset_key: key,
            project_id: projectId,
            name: input.name,
            unit: input.unit || null,
            direction: input.direction,
            definition: input.definition,
            metric_key: input.metricKey ?? null,
            subject_key: subject?.key ?? null,
            warn_at: input.warnAt ?? null,
            fail_at: input.failAt ?? null,
            owner_id: actor.principalId,
            roles: [...new Set(input.roles)].sort() as never,
            created_at: tx.now,
          })
          .onConflict((c) => c.columns(['project_id', 'name']).doNothing())
          .executeTakeFirst();
        if (made.numInsertedOrUpdatedRows !== 1n) {
          throw new AvalError('ALREADY_EXISTS', 'The project has a KPI of this name.', { field: 'input.name' });
        }
        if (subject) await link(tx, [{ src: subject.key, dst: key, kind: 'MEASURED', source: 'AVAL' }]);
        const first = subject && input.metricKey != null ? await latestMetric(tx, subject, input.metricKey) : undefined;
        if (first)
          await tx.db
            .insertInto('kpi_value')
            .values({ kpi_key: key, at: first.at, value: first.value, subjects: null })
            .execute();
        tx.record({
          action: 'kpi.defined',
          subject: { kind: 'Kpi', id },
          projectId,
          details: { name: input.name, roles: [...input.roles], subject: input.subjectId ?? null },
        });
        return id;
      });
    },

    /** Adds one value. CONFLICT when the KPI has one at that very moment. */
    async recordValue(actor: Actor, id: string, { value, at, subjects = null }: NewKpiValue): Promise<void> {
      if (subjects !== null && subjects < 0) throw badInput('input.subjects', 'subjects is a whole number from 0.');
      await store.write(actor, async (tx) => {
        const kpi = await tx.db
          .selectFrom('kpi')
          .innerJoin('asset', 'asset.key', 'kpi.asset_key')
          .select(['asset.key', 'asset.project_id'])
          .where('asset.id', '=', id)
          .where(inScope(actor, 'asset.project_id'))
          .where(kpiIsFor(actor, policies.inForce.compiled, 'kpi.roles'))
          .executeTakeFirst();
        if (!kpi) throw notFound('The KPI', 'input.kpiId');
        const when = at ?? tx.now;
        if (when.getTime() > tx.now.getTime() + aheadMs) throw badInput('input.at', 'The moment is in the future.');
        const made = await tx.db
          .insertInto('kpi_value')
          .values({ kpi_key: kpi.key, at: when, value, subjects })
          .onConflict((c) => c.columns(['kpi_key', 'at']).doNothing())
          .executeTakeFirst();
        if (made.numInsertedOrUpdatedRows !== 1n) {
          throw new AvalError('CONFLICT', 'The KPI has a value of that moment already.', { field: 'input.at' });
        }
        tx.record({
          action: 'kpi.value-recorded',
          subject: { kind: 'Kpi', id },
          projectId: kpi.project_id,
          // what is shown to nobody is not told here either
          details: {
            at: when.toISOString(),
            ...(!isOverFew(subjects) && { value: Number.isFinite(value) ? value : String(value) }),
          },
        });
      });
    },
  };
}

function check(input: NewKpi, policy: CompiledPolicy): void {
  const text = (field: string, value: string | null | undefined, max: number, required = false): void => {
    if (value == null && !required) return;
    checkText(value ?? '', `input.${field}`);
    if ((required && (value ?? '').trim() === '') || (value ?? '').length > max) {
      throw badInput(`input.${field}`, `${field} has ${required ? '1' : '0'} to ${max} characters.`);
    }
  };
  text('name', input.name, 200, true);
  text('definition', input.definition, 2_000, true);
  text('unit', input.unit, 50);
  text('metricKey', input.metricKey, 250);
  if (input.metricKey != null && input.subjectId == null) {
    throw badInput('input.metricKey', 'A metric needs a subject.', 'Give subjectId, or leave metricKey out.');
  }
  if (input.roles.length === 0) throw badInput('input.roles', 'A KPI is for at least one role.');
  for (const role of input.roles) requireRole(policy, role, 'input.roles');
  for (const field of ['warnAt', 'failAt'] as const) {
    if (input[field] != null && !Number.isFinite(input[field]))
      throw badInput(`input.${field}`, 'A threshold is finite.');
  }
  if (input.warnAt == null || input.failAt == null) return;
  const worse = input.direction === 'HIGHER_IS_BETTER' ? input.failAt <= input.warnAt : input.failAt >= input.warnAt;
  if (!worse) throw badInput('input.failAt', 'Failing must be at least as bad as the warning, in this direction.');
}

export interface Subject {
  key: number;
  projectId: string;
  kind: 'MODEL' | 'MODEL_VERSION' | 'DEPLOYMENT' | 'DATASET';
}

async function requireSubject(tx: Tx, actor: Actor, id: string): Promise<Subject> {
  const row = await tx.db
    .selectFrom('asset')
    .select(['key', 'project_id', 'kind'])
    .where('id', '=', id)
    .where(inScope(actor, 'project_id'))
    .executeTakeFirst();
  if (!row) throw notFound('The subject', 'input.subjectId');
  const { kind } = row;
  if (kind !== 'MODEL' && kind !== 'MODEL_VERSION' && kind !== 'DEPLOYMENT' && kind !== 'DATASET') {
    throw badInput('input.subjectId', 'A KPI is about a model, a model version, a deployment or a dataset.');
  }
  return { key: row.key, projectId: row.project_id, kind };
}
