import type { Case } from '../cases.ts';
import type { Leak } from '../leaks.ts';
import type { AttackSurface } from '../matrix.ts';
import { anchors, openWhen } from './anchors.ts';

const searchFile = 'server/transport/mlflow/search.ts';
const runMessage = 'server/transport/mlflow/run-message.ts';
const runRows = { file: 'server/domain/experiments/run.read-model.ts', from: "inScope(actor, 'project_id')" };

const leak = (at: AttackSurface, number: Case, says: string, ...edits: Leak['edits']): Leak => ({
  case: number,
  on: at,
  says,
  edits,
});

/** A part of MLflow's search language of which nobody asks whether the caller may use it; `one` is a condition. */
const unasked = (number: Case, says: string, when: string): Leak =>
  leak('mlflow', number, says, {
    file: searchFile,
    from: "access.require(at, 'filter')",
    to: `${when} || access.require(at, 'filter')`,
  });

const parts = { file: runMessage, from: "mayHavePart(access, name) ? rows() : Promise.resolve([])", to: 'rows()' }; // prettier-ignore
const anyRun = { ...runRows, to: 'sql`true`' };
const stale = (how: string) => ({
  file: 'server/transport/http/app.ts',
  from: 'return () => actorFrom(credentials, identity);',
  to: `let first; return async () => ${how};`,
});
const kpiRule = {
  file: 'server/domain/kpis/kpi.read-model.ts',
  from: "kpiIsFor(actor, access.policy, 'kpi.roles')",
  to: 'sql`true`',
};
const causes = {
  file: 'server/transport/http/errors.ts',
  from: "'Something went wrong on our side; nothing was changed.'",
  to: 'String(error)',
};
const unscoped = [
  { file: 'server/domain/lineage/walk.read-model.ts', from: "actor.projects === 'all'", to: 'true' },
  { ...anchors.scope, to: 'return sql`true`;' },
];

/** Holes on one surface alone, or that another than GraphQL has to notice as well. */
export const surfaceLeaks: readonly Leak[] = [
  leak(
    'stream',
    46,
    'the roles of a stream are those of its first moment',
    stale('{ const actor = await actorFrom(credentials, identity); first ??= actor.roles; return { ...actor, roles: first }; }'), // prettier-ignore
  ),
  leak('stream', 47, 'a stream is known once and for all', stale('(first ??= await actorFrom(credentials, identity))')),
  leak(
    'stream',
    55,
    'a token is looked at when the stream opens',
    stale('(first = await actorFrom(credentials, identity).catch((error) => first ?? Promise.reject(error)))'),
  ),

  unasked(12, 'filters by equality are not asked about', "one.operator === '='"),
  unasked(13, 'what comes after AND is not asked about', 'one !== conditions[0]'),
  unasked(14, 'filters by lists are not asked about', '/IN$/.test(one.operator)'),
  unasked(15, 'a key with a dot is taken for none', "one.key.includes('.')"),
  unasked(16, 'patterns are not asked about', '/LIKE$/.test(one.operator)'),
  unasked(17, 'conditions on inputs are not asked about', "one.entity === 'dataset'"),
  leak('mlflow', 18, 'orders are not asked about', { file: searchFile, from: "access.require(at, 'order')", to: 'true' }), // prettier-ignore
  leak('mlflow', 25, 'whoever has a cursor may go on from it', {
    file: searchFile,
    from: "access.require(at, 'order')",
    to: "input.page_token || access.require(at, 'order')",
  }),
  leak('mlflow', 27, 'a run comes with all of its parts', parts),
  leak('mlflow', 30, 'what is to be changed is looked for in every project', { ...anchors.scope, to: 'return sql`true`;' }), // prettier-ignore
  leak('mlflow', 31, 'a run is found by id in every project', anyRun),
  leak('mlflow', 32, 'versions are told whole to whoever may have their model', {
    file: 'server/transport/mlflow/translate-models.ts',
    from: "context.access.can(`ModelVersion.${field}`, 'select')",
    to: 'true',
  }),
  leak('mlflow', 35, 'whoever changes a run is told all of it', {
    file: runMessage,
    from: "[access.can('Run.name', 'select'), access.can('Run.userName', 'select')]",
    to: '[true, true]',
  }),
  leak('mlflow', 36, 'routes ask for nothing', {
    file: 'server/transport/mlflow/door.ts',
    from: 'contextOf(response).access.require(coordinate, use)',
    to: 'undefined',
  }),
  leak('mlflow', 37, 'the parts of a run are given to whoever may have the run', parts),
  leak('mlflow', 37, 'the texts of an ended run are given to whoever may have the run', {
    file: 'server/domain/experiments/run.read-model.ts',
    from: 'mayHavePart(access, name) ? part : nothing',
    to: 'part',
  }),
  leak('mlflow', 59, 'errors tell their cause', causes),
  leak('mlflow', 60, 'a run of another project is forbidden, not missing', {
    file: runMessage,
    from: 'if (run?.experimentId) return run;',
    to: "if (run?.experimentId) return run; if (await context.store.read.selectFrom('run').select('id').where('id', '=', id).executeTakeFirst()) throw new AvalError('FORBIDDEN', 'This run is of another project.');",
  }),

  leak('openlineage', 29, 'whoever has a token may send events', {
    file: 'server/transport/openlineage/door.ts',
    from: "contextOf(response).access.require(coordinate, 'mutate')",
    to: 'undefined',
  }),
  leak('openlineage', 30, 'an event goes to the run of its id, whosever that is', {
    file: 'server/domain/ingest/jobs.ts',
    from: 'where run.project_id = excluded.project_id\n    returning',
    to: 'where ${PLANTED ? sql`true` : sql`run.project_id = excluded.project_id`}\n    returning',
  }),
  leak('openlineage', 34, 'a name leads to a dataset of any project', {
    file: 'server/domain/datasets/names.service.ts',
    from: 'on n.project_id = ${projectId} and n.namespace',
    to: 'on (${PLANTED ? sql`true` : sql`n.project_id = ${projectId}`}) and n.namespace',
  }),
  leak('openlineage', 35, 'what was recorded is answered', {
    file: 'server/transport/openlineage/door.ts',
    from: 'response.status(201).end();',
    to: 'response.status(201).json(body);',
  }),
  leak('openlineage', 49, 'a token writes where its owner is no member', {
    file: 'server/domain/ingest/ingest.service.ts',
    from: '!seesProject(actor, actor.defaultProjectId)',
    to: 'false',
  }),
  leak('openlineage', 59, 'errors tell their cause', causes),

  leak('cli', 37, 'changes are for everybody', ...openWhen.root("info.operation.operation === 'mutation'", "field.use === 'mutate'")), // prettier-ignore
  leak('cli', 38, 'whoever has a token may have the report of any role', {
    file: 'server/access/actor.ts',
    from: "!actor.roles.includes(role) && !actor.roles.includes('admin')",
    to: 'false',
  }),
  leak('cli', 60, 'whoever administers a project may make others', {
    file: 'server/domain/identity/identity.service.ts',
    from: "'projects' in actor && actor.projects !== 'all'",
    to: 'false',
  }),

  leak('site', 23, 'figures for others are in the list', kpiRule),
  leak('site', 28, 'a figure over four people is shown', {
    file: 'server/domain/few-subjects.ts',
    from: 'subjects !== null && subjects < fewestSubjects',
    to: 'false',
  }),
  leak('site', 34, 'a walk goes on in other projects', ...unscoped),
  leak('site', 38, 'what is exported is asked to be readable only', {
    file: 'server/access/access.ts',
    from: 'actor.exporting',
    to: 'undefined',
  }),
];
