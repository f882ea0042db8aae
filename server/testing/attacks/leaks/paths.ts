import type { Leak } from '../leaks.ts';
import { anchors, openWhen } from './anchors.ts';

const runRows = { file: 'server/domain/experiments/run.read-model.ts', from: "inScope(actor, 'project_id')" };

export const pathLeaks: readonly Leak[] = [
  { case: 31, says: 'a run is found by id in every project', edits: [{ ...runRows, to: 'sql`true`' }] },
  { case: 32, says: 'the node of an edge is not looked at', edits: [openWhen.read("info.path.prev.key === 'node'")] },
  {
    case: 33,
    says: 'a comparison shows what its runs do not',
    edits: [
      openWhen.resolved("info.parentType.name === 'RunComparison'"),
      {
        file: 'server/domain/experiments/run-comparison.resolver.ts',
        from: "mayHavePart(context.access, 'params')",
        to: 'true',
      },
    ],
  },
  {
    case: 34,
    says: 'a walk goes on in other projects',
    edits: [
      { file: 'server/domain/lineage/walk.read-model.ts', from: "actor.projects === 'all'", to: 'true' },
      { ...anchors.scope, to: 'return sql`true`;' },
    ],
  },
  {
    case: 34,
    says: 'what explains lineage from elsewhere says who told it, and when',
    edits: [
      {
        file: 'server/domain/lineage/completeness.read-model.ts',
        from: "inScope(actor, 'a.project_id')",
        to: 'sql`true`',
      },
    ],
  },
  {
    case: 34,
    says: 'completeness counts what lies outside',
    edits: [
      {
        file: 'server/domain/lineage/completeness.read-model.ts',
        from: 'case when s.seen then e.src else ${hidden} end',
        to: 'case when s.seen then e.src else ${PLANTED ? sql`e.src` : hidden} end',
      },
    ],
  },
  {
    case: 35,
    says: 'whoever changes a thing may read all of it',
    edits: [
      openWhen.resolved("info.operation.operation === 'mutation'"),
      openWhen.read("info.operation.operation === 'mutation'"),
    ],
  },
  {
    case: 36,
    says: 'the figures of others are found by id',
    edits: [
      {
        file: 'server/domain/kpis/kpi.read-model.ts',
        from: "kpiIsFor(actor, access.policy, 'kpi.roles')",
        to: 'sql`true`',
      },
      {
        file: 'server/domain/nodes.ts',
        from: "isNoHiddenKpi(actor, access.policy, sql.ref('asset.key'))",
        to: 'sql`true`',
      },
    ],
  },
  {
    case: 36,
    says: 'the past is open',
    edits: [
      openWhen.resolved('args.asOf || /^(TagAssignment|SensitivityTag)$/.test(info.parentType.name)'),
      openWhen.read('/^(TagAssignment|SensitivityTag)$/.test(info.parentType.name)'),
    ],
  },
  {
    case: 38,
    says: 'a report is made with all that its token may see',
    edits: [
      {
        file: 'server/transport/http/authenticate.ts',
        from: 'credentials.role === undefined ? actor : narrow(actor, credentials.role)',
        to: 'actor',
      },
    ],
  },
];
