import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../shared/ids.ts';
import { int8s } from '../../storage/arrays.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { shrink } from '../../testing/shrink.ts';
import {
  enact,
  expectedRows,
  firstChanges,
  graphOf,
  randomChange,
  sequences,
  type Change,
  type TagGraph,
} from '../../testing/tag-graph.ts';
import { effectiveTags, rowTexts } from '../../testing/tag-rows.ts';
import type { Database } from '../../storage/database.ts';
import { edgeKinds } from '../lineage/edge.entity.ts';
import type { Tables } from '../tables.ts';
import { propagate, type Limits } from './propagate.ts';
import { recompute } from './recompute.ts';
import { ensureTags } from './taxonomy.service.ts';
import { taxonomy } from './taxonomy.ts';

/*
 * After any sequence of changes the rows are those that recomputing from nothing gives. Many sequences run side by side, each on a graph of
 * its own in the same tables, so that one statement applies the next change of each. `npm run test:propagation` runs 10,000.
 */
const sideBySide = 100;
const changesEach = 8;
const allAtOnce: Limits = { changes: 1_000_000, whole: false, rows: 1_000_000 };
const inPieces: Limits = { changes: 40, whole: false, rows: 25 };
/** Small enough for many rounds to be left undone, which the next one then does. */
const asWritesDo: Limits = { changes: 1_000_000, whole: true, rows: 150 };
const ways = [allAtOnce, inPieces, asWritesDo];
/** Milliseconds to look for a shorter way to a failure. */
const shrinkFor = 60_000;
const longAgo = new Date('2026-01-01T00:00:00Z');

let database: Database<Tables>;
let projectId: string;
let tags: { key: number; name: string }[];
beforeAll(async () => {
  database = await openTestDatabase();
  const { read } = database;
  projectId = newId();
  await read.insertInto('project').values({ id: projectId, slug: 'tags', name: 'tags', created_at: longAgo }).execute();
  await ensureTags({ db: read, now: longAgo, record: () => {}, changedGraph: () => {} }, taxonomy, 'AVAL');
  tags = await read.selectFrom('sensitivity_tag').select(['key', 'name']).orderBy('key').limit(3).execute();
});
afterAll(() => database.close());

/** Applies one change of each graph, in a statement or two for each kind of change. */
async function apply(changes: readonly Change[]): Promise<void> {
  const { read } = database;
  const of = (kind: Change['kind']) => changes.filter((change) => change.kind === kind);
  const edgesOf = (kind: Change['kind']) => of(kind).map(({ edge }) => edge!);
  const tagsOf = (kind: Change['kind']) =>
    of(kind).map(({ node, edge, tag }) => ({ id: newId(), node, edge: edge?.id, ...tags[tag!]! }));
  const from = (rows: readonly object[]) => sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)`;
  const opened = edgesOf('open');
  if (opened.length > 0) {
    await sql`insert into edge (id, src, dst, kind, refined, source, valid_from, last_seen)
      select e.id, e.src, e.dst, e.kind, e.refined, 'AVAL', ${longAgo}, ${longAgo} from ${from(
        opened.map((edge) => ({ ...edge, kind: edgeKinds.indexOf(edge.kind) })),
      )} as e(id bigint, src bigint, dst bigint, kind smallint, refined boolean)`.execute(read);
  }
  const closed = edgesOf('close').map(({ id }) => id);
  const refined = edgesOf('refine').map(({ id }) => id);
  if (closed.length > 0) await sql`update edge set valid_to = now() where id = any(${int8s(closed)})`.execute(read);
  if (refined.length > 0) {
    await sql`update edge set refined = not refined where id = any(${int8s(refined)})`.execute(read);
  }
  const moved = edgesOf('move');
  if (moved.length > 0) {
    await sql`update edge e set src = m.src, dst = m.dst from ${from(moved)} as m(id bigint, src bigint, dst bigint)
      where e.id = m.id`.execute(read);
  }
  const declared = tagsOf('declare');
  if (declared.length > 0) {
    await sql`insert into tag_declaration (id, asset_key, tag_name, origin, valid_from)
      select id, node, name, 'DECLARED', ${longAgo} from ${from(declared)} as t(id uuid, node bigint, name text)`.execute(
      read,
    );
  }
  const ended = tagsOf('undeclare');
  if (ended.length > 0) {
    await sql`update tag_declaration t set valid_to = now() from ${from(ended)} as u(node bigint, name text)
      where t.asset_key = u.node and t.tag_name = u.name and t.valid_to is null`.execute(read);
  }
  const barred = tagsOf('bar');
  if (barred.length > 0) {
    await sql`insert into barrier (id, edge_id, kind, tags, statement, proposed_at)
      select id, edge, 'MASKING', '[]', '', ${longAgo} from ${from(barred)} as b(id uuid, edge bigint)`.execute(read);
    await sql`insert into barrier_tag (barrier_id, tag_key, edge_id, valid_from, expires_at)
      select id, key, edge, ${longAgo}, timestamptz '2999-01-01' from ${from(barred)} as b(id uuid, edge bigint, key int)`.execute(
      read,
    );
  }
  const lifted = tagsOf('unbar');
  if (lifted.length > 0) {
    await sql`update barrier_tag b set valid_to = now() from ${from(lifted)} as u(edge bigint, key int)
      where b.edge_id = u.edge and b.tag_key = u.key and b.valid_to is null`.execute(read);
  }
}

async function settle(limits: Limits): Promise<void> {
  if (limits.whole) await database.write((db) => propagate(db, limits));
  const inWorker = limits.whole ? allAtOnce : limits;
  for (let taken = -1, rounds = 0; taken !== 0; rounds++) {
    ({ taken } = await database.write((db) => propagate(db, inWorker)));
    expect(rounds).toBeLessThan(100_000);
  }
}

/** The rows of each graph as text. */
async function rowsOf(graphs: readonly TagGraph[]): Promise<Map<TagGraph, string[]>> {
  const rows = await effectiveTags(database.read);
  const graphOfNode = new Map(graphs.flatMap((graph) => graph.nodes.map(({ key }) => [key, graph] as const)));
  const ofGraph = Map.groupBy(rows, ({ state }) => graphOfNode.get(Math.abs(state)));
  const keys = tags.map(({ key }) => key);
  return new Map(graphs.map((graph) => [graph, rowTexts(graph, ofGraph.get(graph) ?? [], keys)]));
}

async function expectTruth(graphs: readonly TagGraph[], limits: Limits): Promise<void> {
  const found = await rowsOf(graphs);
  const wrong = graphs.find((graph) => found.get(graph)!.join() !== expectedRows(graph).join());
  if (!wrong) return;
  const differs = async (changes: readonly Change[]): Promise<boolean> => {
    const graph = await replay(wrong.number, changes, limits);
    return (await rowsOf([graph])).get(graph)!.join() !== expectedRows(graph).join();
  };
  // among many graphs another round may have had it
  const fewest = (await differs(wrong.changes)) ? await shrink(wrong.changes, differs, shrinkFor) : wrong.changes;
  const graph = await replay(wrong.number, fewest, limits);
  const rows = fewest === wrong.changes ? found.get(wrong) : (await rowsOf([graph])).get(graph);
  expect(rows, `graph ${wrong.number} after ${JSON.stringify(fewest)}`).toEqual(expectedRows(graph));
}

/** That graph again by these of its changes, alone in the tables. */
async function replay(number: number, changes: readonly Change[], limits: Limits): Promise<TagGraph> {
  const graph = graphOf(number, tags.length);
  await begin([graph]);
  for (const change of changes) {
    if (!enact(graph, change)) continue;
    if (change.kind === 'settle') await settle(limits);
    else await apply([change]);
  }
  await settle(limits);
  return graph;
}

/** Their assets, in tables with nothing else about tags, so that the thousandth graph costs what the first did. */
async function begin(graphs: readonly TagGraph[]): Promise<void> {
  const { read } = database;
  await sql`truncate tag_change, effective_tag, barrier_tag, barrier, tag_declaration, edge`.execute(read);
  await sql`insert into asset (key, id, kind, project_id, name, created_at)
    select n.key, gen_random_uuid(), n.kind, ${projectId}::uuid, 'node', ${longAgo} from jsonb_to_recordset(${JSON.stringify(
      graphs.flatMap(({ nodes }) => nodes),
    )}::jsonb) as n(key bigint, kind text) on conflict do nothing`.execute(read);
}

/** What is recomputed upstream, as it is for the past, agrees with the rows. */
async function expectSameUpstream(graphs: readonly TagGraph[]): Promise<void> {
  const keys = graphs.flatMap(({ nodes }) => nodes.map(({ key }) => key));
  const upstream = await recompute(database.read, keys, { asOf: null, now: new Date() }, true);
  const found = await rowsOf(graphs);
  const nearest = (rows: readonly string[], key: number, tag: number): number | undefined =>
    rows.filter((row) => row.startsWith(`${key} ${tag} `) || row.startsWith(`-${key} ${tag} `))
      .map((row) => Number(row.split(' ')[3])).sort((a, b) => a - b)[0]; // prettier-ignore
  for (const graph of graphs) {
    for (const { key } of graph.nodes) {
      const lengths = tags.map(({ name }) => upstream.get(key)!.find(({ tag }) => tag === name)?.path.length);
      expect({ changes: graph.changes, key, lengths }).toEqual({
        changes: graph.changes, key, lengths: tags.map((_, tag) => nearest(found.get(graph)!, key, tag)),
      }); // prettier-ignore
    }
  }
}

test(
  `after any sequence of changes the rows are what recomputing gives (${sequences} sequences)`,
  { timeout: 120_000 + 200 * sequences },
  async () => {
    for (let first = 0; first < sequences; first += sideBySide) {
      const count = Math.min(sideBySide, sequences - first);
      const graphs = Array.from({ length: count }, (_, i) => graphOf(first + i, tags.length));
      await begin(graphs);
      const limits = ways[(first / sideBySide) % ways.length]!;
      await apply(graphs.flatMap(firstChanges));
      for (let step = 0; step < changesEach; step++) {
        await apply(graphs.flatMap(randomChange));
        if (step % 3 === 2) await apply(graphs.flatMap(randomChange));
        await settle(limits);
        for (const graph of graphs) enact(graph, { kind: 'settle' });
        await expectTruth(graphs, limits);
      }
      await expectSameUpstream(graphs);
    }
  },
);
