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
  'column.tagged': 'tagged a column',
  'asset.tagged': 'tagged',
  'asset.untagged': 'ended a tag on',
  'deployment.started': 'put into use',
  'deployment.ended': 'took out of use',
  'kpi.defined': 'defined a KPI',
  'kpi.recorded': 'recorded a KPI value',
  'model.created': 'registered a model',
  'model_version.created': 'registered a model version',
  'alias.set': 'moved an alias',
  'run.created': 'started a run',
  'run.finished': 'finished a run',
  'policy.loaded': 'put an access policy into force',
  'token.created': 'issued a token',
};

/** `noun.verb` as a person would say it: known ones by their own words, others turned round. */
export function actionWords(action: string): string {
  const own = verbs[action];
  if (own) return own;
  const [noun = '', verb = ''] = action.split('.');
  return verb === '' ? plain(noun) : `${plain(verb)} ${plain(noun)}`;
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
  const kind = subjectKind ? plain(subjectKind.replaceAll(/([a-z])([A-Z])/g, '$1 $2')) : null;
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
    .map(([key, value]) => `${plain(key)} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');
  return words.length > 160 ? `${words.slice(0, 159)}…` : words;
}

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
