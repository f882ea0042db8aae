import type { Leak } from '../leaks.ts';
import { extended, openWhen } from './anchors.ts';

const given = 'JSON.stringify(variables)';
const kpiFile = 'server/domain/kpis/kpi.read-model.ts';
const kpiRule = { file: kpiFile, from: "kpiIsFor(actor, access.policy, 'kpi.roles')" };

export const oracleLeaks: readonly Leak[] = [
  {
    case: 12,
    says: 'filters by equality are not asked about',
    edits: [openWhen.input(`use === 'filter' && ${given}.includes('"eq"')`)],
  },
  { case: 12, says: 'filters in literals are not asked about', edits: [openWhen.input(`${given} === '{}'`)] },
  {
    case: 13,
    says: 'what is nested below a list is not asked about',
    edits: [openWhen.input("input === 'RunFilter.metrics' || input.startsWith('MetricFilter')")],
  },
  {
    case: 13,
    says: 'filters can be joined',
    edits: [extended('extend input RunFilter { or: [RunFilter!] }')],
    fresh: true,
  },
  {
    case: 14,
    says: 'filters by lists are not asked about',
    edits: [openWhen.input(`use === 'filter' && /"(in|notIn)"/.test(${given})`)],
  },
  {
    case: 16,
    says: 'patterns are not asked about',
    edits: [openWhen.input(`use === 'filter' && ${given}.includes('like')`)],
  },
  {
    case: 16,
    says: 'ranges are not asked about',
    edits: [openWhen.input(`use === 'filter' && /"[gl]te?"/.test(${given})`)],
  },
  {
    case: 17,
    says: 'a filter through lineage is not asked about',
    edits: [openWhen.input("input === 'ModelVersionFilter.learnedFrom'")],
  },
  {
    case: 17,
    says: 'a filter whose name is no field asks for nothing',
    edits: [openWhen.input("input === 'ModelVersionFilter.deployed'")],
  },
  {
    case: 18,
    says: 'orders are not asked about',
    edits: [openWhen.input("use === 'order' || use === 'cursor'")],
  },
  { case: 19, says: 'rows can be grouped', edits: [extended('input RunGroupBy { name: Boolean }')], fresh: true },
  {
    case: 20,
    says: 'a walk counts figures that are for others',
    edits: [
      {
        file: 'server/domain/lineage/walk.read-model.ts',
        from: "sql` and (e.kind <> ${kindNumber('MEASURED')} or ${isNoHiddenKpi(actor, access.policy, sql.ref('e.dst'))})${isMet(access, direction, to)}`",
        to: 'sql``',
      },
    ],
  },
  {
    case: 21,
    says: 'rows can be made distinct',
    edits: [extended('input RunDistinct { distinct: Boolean }')],
    fresh: true,
  },
  { case: 22, says: 'texts can be searched', edits: [extended('input RunSearch { text: String }')], fresh: true },
  { case: 23, says: 'figures for others count for the next page', edits: [{ ...kpiRule, to: 'sql`true`' }] },
  {
    case: 24,
    says: 'a cursor holds what its list is not sorted by',
    edits: [
      {
        file: 'server/domain/search/keyset.ts',
        from: 'encodeCursor(orderName(list, columns), keyOfRow(columns, row))',
        to: 'encodeCursor(orderName(list, columns), [...keyOfRow(columns, row), row.name])',
      },
    ],
  },
  {
    case: 25,
    says: 'whoever has a cursor may go on from it',
    edits: [openWhen.input("(use === 'order' || use === 'cursor') && variables.after")],
  },
  {
    case: 26,
    says: 'hidden rows are taken out after the page is cut',
    edits: [
      { ...kpiRule, to: 'sql`true`' },
      {
        file: kpiFile,
        from: 'rows.map((row) => kpiView(row as KpiRow))',
        to: 'rows.map(kpiView).filter((view) => view.roles.some((role) => context.actor.roles.includes(role)))',
      },
    ],
  },
  {
    case: 27,
    says: 'no list of keys stands for none of them',
    edits: [openWhen.resolved("info.fieldName === 'params' && !args.keys?.length")],
  },
  {
    case: 28,
    says: 'a figure over four people is shown',
    edits: [
      { file: 'server/domain/few-subjects.ts', from: 'subjects !== null && subjects < fewestSubjects', to: 'false' },
    ],
  },
  {
    case: 28,
    says: 'a figure can be cut down to a few people',
    edits: [extended('input KpiGroupBy { person: String }')],
    fresh: true,
  },
  {
    case: 29,
    says: 'a name is taken when any project has it',
    edits: [
      {
        file: 'server/domain/kpis/kpi.service.ts',
        from: 'check(input, policies.inForce.compiled);',
        to: "check(input, policies.inForce.compiled); if (await store.read.selectFrom('kpi').select('name').where('name', '=', input.name).executeTakeFirst()) throw new AvalError('ALREADY_EXISTS', 'A KPI of this name exists.');",
      },
    ],
  },
  {
    case: 30,
    says: 'what is to be changed is looked for in every project',
    edits: [
      {
        file: 'server/domain/kpis/kpi.service.ts',
        from: "if (!kpi) throw notFound('The KPI', 'input.kpiId');",
        to: "if (!kpi) throw (await tx.db.selectFrom('asset').select('id').where('id', '=', id).executeTakeFirst()) ? new AvalError('FORBIDDEN', 'The KPI is of another project.') : notFound('The KPI', 'input.kpiId');",
      },
    ],
  },
];
