/** The access log: events as sentences, cut into pages whose bounds never move. */
import type { EventRowFragment } from '../gql/graphql.ts';
import { named } from './names.ts';
import { plain, sentence } from '../words.ts';

export const perPage = 200;
/** The newest entries that a site holds; older ones stay in the log itself. */
export const mostEntries = 2000;

export interface LogRow {
  index: number;
  at: string | null;
  actor: string | null;
  action: string;
  /** `denied`, `read` or undefined, for the row's mark. */
  tone?: 'denied' | 'read';
  subject: string | null;
  subjectId: string | null;
  coordinate: string | null;
  policy: string | null;
  details: string;
  leafHash: string | null;
}

const verbs: Record<string, string> = {
  'access.denied': 'was refused',
  'access.read': 'read',
  'alias.moved': 'moved an alias',
  'artifact.written': 'wrote an artifact',
  'column.tagged': 'tagged a column',
  'deployment.started': 'put into use',
  'deployment.ended': 'took out of use',
  'kpi.defined': 'defined a KPI',
  'kpi.value-recorded': 'recorded a KPI’s value',
  'lineage.recorded': 'reported lineage',
  'logged-model.tagged': 'set an MLflow tag',
  'model.tagged': 'set an MLflow tag',
  'model-version.tagged': 'set an MLflow tag',
  'model-version.registered': 'registered a model version',
  'model.registered': 'registered a model',
  'policy.activated': 'put an access policy into force',
  'purposes.shipped': 'brought the purposes that ship',
  'run.inputs-logged': 'logged what a run read',
  'run.outputs-logged': 'logged what a run made',
  'run.logged': 'logged metrics, parameters or tags',
  'token.issued': 'issued a token',
};

/** `noun.verb` as a person would say it: known ones by their own words, others turned round. */
export function actionWords(action: string): string {
  const own = verbs[action];
  if (own) return own;
  const [noun = '', verb = ''] = action.split('.').map((part) => plain(part.replaceAll('-', ' ')));
  return verb === '' ? noun : `${verb} ${noun}`;
}

export function logRow(event: EventRowFragment): LogRow {
  const tone = event.action === 'access.denied' ? 'denied' : event.action === 'access.read' ? 'read' : undefined;
  return {
    index: Number(event.index),
    at: event.at,
    actor: event.actor,
    action: event.action === null ? 'not shown to this role' : sentence(actionWords(event.action)),
    ...(tone ? { tone } : {}),
    subject: subjectWords(event),
    subjectId: event.subject && 'kind' in event.subject ? named(event.subject).ownerId : null,
    coordinate: event.coordinate,
    policy: event.policy,
    details: detailWords(event.details),
    leafHash: event.leafHash,
  };
}

function subjectWords({ subject, subjectKind }: EventRowFragment): string | null {
  const kind = subjectKind ? spelt(subjectKind) : null;
  if (!subject) return kind;
  const named = subject as {
    name?: string | null;
    runName?: string | null;
    projectName?: string;
    experimentName?: string;
  };
  const name = named.name ?? named.runName ?? named.projectName ?? named.experimentName;
  return name ? `${kind ?? 'thing'} ${name}` : kind;
}

/** Flat facts as `key value`, nested ones as JSON; long ones are cut, for the evidence file has them whole. */
function detailWords(details: unknown): string {
  if (details === null || typeof details !== 'object') return '';
  const words = Object.entries(details)
    .filter(([, value]) => value !== null && !(Array.isArray(value) && value.length === 0))
    .map(([key, value]) => `${spelt(key)} ${Array.isArray(value) ? value.map(one).join(', ') : one(value)}`)
    .join('; ');
  return words.length > 160 ? `${words.slice(0, 159)}…` : words;
}

const one = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** `model version` from modelVersion or ModelVersion. */
const spelt = (identifier: string): string => plain(identifier.replaceAll(/([a-z])([A-Z])/g, '$1 $2'));

export interface LogPage {
  /** `log/` for the newest, `log/<first index>/` for the others. */
  path: string;
  first: number;
  last: number;
  rows: LogRow[];
}

/** Pages are cut at multiples of `perPage`, so that an old page stays as it is when the log grows. */
export function logPages(events: readonly EventRowFragment[], head: number | undefined): LogPage[] {
  const rows = events
    .filter((event) => event.index !== null)
    .map(logRow)
    .filter((row) => head === undefined || row.index <= head)
    .sort((a, b) => b.index - a.index)
    .slice(0, mostEntries);
  const pages = new Map<number, LogRow[]>();
  for (const row of rows) {
    const start = Math.floor(row.index / perPage) * perPage;
    pages.set(start, [...(pages.get(start) ?? []), row]);
  }
  return [...pages]
    .sort(([a], [b]) => b - a)
    .map(([start, of], i) => ({
      path: i === 0 ? 'log/' : `log/${start}/`,
      first: of.at(-1)!.index,
      last: of[0]!.index,
      rows: of,
    }));
}
