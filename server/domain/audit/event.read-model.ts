import { sql } from 'kysely';
import { fromHex, toGlobalId, toHex } from '../../shared/ids.ts';
import { decodeCursor, encodeCursor, pageOf, pageSize, type Page, type PageRequest } from '../../shared/pages.ts';
import { uuids } from '../../storage/arrays.ts';
import type { JsonObject } from '../../shared/json.ts';
import type { Context, NodeView } from '../context.ts';
import { oneByKey, pagesByKey } from '../loader.ts';
import { matches, type TextFilter } from '../text-filter.ts';
import { inScope } from '../scope.ts';

type Reader = Pick<Context, 'store' | 'actor'>;

export interface AuditEventView extends NodeView {
  index: number;
  at: Date;
  actor: string;
  action: string;
  subjectKind: string | null;
  subjectId: string | null;
  coordinate: string | null;
  policy: string | null;
  details: JsonObject;
  leafHash: string;
}

const columns = [
  'idx', 'at', 'actor_name', 'action', 'subject_kind', 'subject_id', 'coordinate', 'policy', 'details', 'leaf_hash',
] as const; // prettier-ignore

interface EventRow {
  idx: number;
  at: Date;
  actor_name: string;
  action: string;
  subject_kind: string | null;
  subject_id: string | null;
  coordinate: string | null;
  policy: string | null;
  details: unknown;
  leaf_hash: string;
}

/** An event's index as a UUID, for its global id: the log knows events by index only. */
const uuidOfIndex = (idx: number): string => fromHex(`00000000000080008000${idx.toString(16).padStart(12, '0')}`)!;
const indexOfUuid = (uuid: string): number | undefined => {
  const [, hex] = /^00000000000080008000([0-9a-f]{12})$/.exec(toHex(uuid)) ?? [];
  return hex === undefined ? undefined : Number.parseInt(hex, 16);
};

const eventView = (row: EventRow): AuditEventView => {
  const uuid = uuidOfIndex(row.idx);
  return {
    __typename: 'AuditEvent',
    id: toGlobalId('AuditEvent', uuid),
    uuid,
    index: row.idx,
    at: row.at,
    actor: row.actor_name,
    action: row.action,
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    coordinate: row.coordinate,
    policy: row.policy,
    details: row.details as JsonObject,
    leafHash: row.leaf_hash,
  };
};

/** Events of the actor's projects; those of no project are for actors of all projects only. */
const eventRows = ({ store, actor }: Reader) =>
  store.read.selectFrom('event_log').select(columns).where(inScope(actor, 'event_log.project_id'));

export const eventById = oneByKey<string, AuditEventView>(
  async (context, uuids) => {
    const indexes = uuids.map(indexOfUuid).filter((index) => index !== undefined);
    if (indexes.length === 0) return [];
    return (await eventRows(context).where('idx', 'in', indexes).execute()).map(eventView);
  },
  (event) => event.uuid,
);

export interface AuditEventWhere {
  action?: TextFilter | null;
  actor?: TextFilter | null;
  /** UUID of the subject. */
  subjectId?: string | null;
  /** Events at or after this moment. */
  after?: Date | null;
  /** Events before this moment. */
  before?: Date | null;
}

const order = 'events:newest';
const cursorOf = (event: AuditEventView): string => encodeCursor(order, [event.index]);

const indexAfter = (after: string | null | undefined): number | undefined => decodeCursor(after, order, ['whole'])?.[0];

/** Newest first. */
export async function pageOfEvents(
  reader: Reader,
  { first, after, where }: PageRequest & { where?: AuditEventWhere | null },
): Promise<Page<AuditEventView>> {
  const size = pageSize(first);
  const below = indexAfter(after);
  let query = eventRows(reader);
  if (below !== undefined) query = query.where('idx', '<', below);
  if (where?.subjectId) query = query.where('subject_id', '=', where.subjectId);
  if (where?.after) query = query.where('at', '>=', where.after);
  if (where?.before) query = query.where('at', '<', where.before);
  if (where?.action) query = query.where(matches('action', where.action, 'where.action'));
  if (where?.actor) query = query.where(matches('actor_name', where.actor, 'where.actor'));
  const rows = await query
    .orderBy('idx', 'desc')
    .limit(size + 1)
    .execute();
  return pageOf(rows.map(eventView), size, cursorOf);
}

/** The events of each subject, by its UUID, newest first. */
export const eventsOfSubject = pagesByKey<string, AuditEventView>(
  async ({ store, actor }, ids, limit, after) => {
    const { rows } = await sql<EventRow>`
      select e.* from unnest(${uuids(ids)}) as wanted (id)
        cross join lateral (
          select idx, at, actor_name, action, subject_kind, subject_id, coordinate, policy, details, leaf_hash
            from event_log
           where subject_id = wanted.id and idx < ${indexAfter(after) ?? Number.MAX_SAFE_INTEGER}::bigint
             and ${inScope(actor, 'event_log.project_id')}
           order by idx desc limit ${limit}::int) e
       order by e.idx desc`.execute(store.read);
    return rows.map(eventView);
  },
  (event) => event.subjectId!,
  cursorOf,
);

export interface LogHead {
  /** How many entries the log has. */
  size: number;
  /** Index of the newest; null while the log is empty. */
  index: number | null;
  at: Date | null;
  leafHash: string | null;
}

/** The log as a whole, whatever the caller's projects: a head of a part could not be compared with anyone else's. */
export async function logHead({ store }: Pick<Context, 'store'>): Promise<LogHead> {
  const head = await store.read
    .selectFrom('event_log')
    .select(['idx', 'at', 'leaf_hash'])
    .orderBy('idx', 'desc')
    .limit(1)
    .executeTakeFirst();
  return head
    ? { size: head.idx + 1, index: head.idx, at: head.at, leafHash: head.leaf_hash }
    : { size: 0, index: null, at: null, leafHash: null };
}
