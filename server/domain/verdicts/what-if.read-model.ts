import { sql } from 'kysely';
import { badInput, notFound } from '../../shared/errors.ts';
import { int8s, uuids } from '../../storage/arrays.ts';
import type { Context } from '../context.ts';
import { openAt } from '../intervals.ts';
import { inScope } from '../scope.ts';
import type { Supposition } from '../sensitivity/recompute.ts';
import { judgeMany, type Judged } from './verdict.read-model.ts';

/** All ids are UUIDs. */
export interface WhatIf {
  modelVersionId: string;
  purpose: string;
  asOf: Date | null;
  tags: readonly { assetId: string; tag: string }[];
  /** Datasets. */
  without: readonly string[];
  barriers: readonly { fromId: string; toId: string; tag: string }[];
}

const most = 100;

/** The verdict in a world where these tags were declared, these datasets had taught nothing, and these barriers stood. */
export async function judgeIf(context: Context, asked: WhatIf): Promise<Judged> {
  const { store } = context;
  for (const field of ['tags', 'without', 'barriers'] as const) {
    if (asked[field].length > most) throw badInput(`input.${field}`, `At most ${most} at once.`);
  }
  await requireTags(context, asked);
  const keyOf = await keysOf(context, asked);
  const version = keyOf(asked.modelVersionId, 'input.modelVersionId');
  const edges = asked.barriers.map(({ fromId, toId, tag }, i) => ({
    src: keyOf(fromId, `input.barriers[${i}].fromId`),
    dst: keyOf(toId, `input.barriers[${i}].toId`),
    tag,
  }));
  const suppose: Supposition = {
    tags: asked.tags.map(({ assetId, tag }, i) => ({ asset: keyOf(assetId, `input.tags[${i}].assetId`), tag })),
    without: await partsOf(context, asked.without.map((id, i) => keyOf(id, `input.without[${i}]`))),
    barriers: await barriersOn(context, edges, asked.asOf),
  }; // prettier-ignore
  const question = { versionKey: version, purposeCode: asked.purpose, deploymentKey: null };
  const [judged] = await judgeMany(store.derive, [question], { asOf: asked.asOf, now: store.clock.now() }, { suppose });
  return judged!;
}

async function requireTags({ store }: Context, { tags, barriers }: WhatIf): Promise<void> {
  const named = [
    ...tags.map(({ tag }, i) => [tag, `input.tags[${i}].tag`] as const),
    ...barriers.map(({ tag }, i) => [tag, `input.barriers[${i}].tag`] as const),
  ];
  if (named.length === 0) return;
  const rows = await store.read
    .selectFrom('sensitivity_tag')
    .select('name')
    .where('name', 'in', [...new Set(named.map(([tag]) => tag.replaceAll('\0', '')))])
    .execute();
  const known = new Set(rows.map(({ name }) => name));
  for (const [tag, field] of named) {
    if (!known.has(tag)) throw badInput(field, 'There is no such tag.', 'Take a name from `sensitivityTags`.');
  }
}

async function keysOf(
  { store, actor }: Context,
  { modelVersionId, tags, without, barriers }: WhatIf,
): Promise<(id: string, field: string) => number> {
  const ids = [
    modelVersionId,
    ...tags.map(({ assetId }) => assetId),
    ...without,
    ...barriers.flatMap(({ fromId, toId }) => [fromId, toId]),
  ];
  const { rows } = await sql<{ id: string; key: number }>`
    select a.id, a.key from asset a where a.id = any(${uuids(ids)}) and ${inScope(actor, 'a.project_id')}`.execute(store.read);
  const keys = new Map(rows.map(({ id, key }) => [id, key]));
  return (id, field) => {
    const key = keys.get(id);
    if (key === undefined) throw notFound('This asset', field);
    return key;
  };
} // prettier-ignore

/** Datasets with their columns and versions. */
async function partsOf({ store }: Context, datasets: readonly number[]): Promise<Set<number>> {
  if (datasets.length === 0) return new Set();
  const { rows } = await sql<{ key: number }>`
    select unnest(${int8s(datasets)}) as key
    union select asset_key from dataset_column where dataset_key = any(${int8s(datasets)})
    union select asset_key from dataset_version where dataset_key = any(${int8s(datasets)})`.execute(store.read);
  return new Set(rows.map(({ key }) => key));
}

/** On every edge between the two; BAD_INPUT where there is none: a barrier on nothing would only seem to be one. */
async function barriersOn(
  { store }: Context,
  edges: readonly { src: number; dst: number; tag: string }[],
  asOf: Date | null,
): Promise<{ edge: number; tag: string }[]> {
  if (edges.length === 0) return [];
  const { rows } = await sql<{ id: number; src: number; dst: number }>`
    select e.id, e.src, e.dst from edge e
      join unnest(${int8s(edges.map(({ src }) => src))}, ${int8s(edges.map(({ dst }) => dst))}) w(src, dst) on w.src = e.src and w.dst = e.dst
     where ${openAt('e', asOf)}`.execute(store.read);
  return edges.flatMap(({ src, dst, tag }, i) => {
    const between = rows.filter((row) => row.src === src && row.dst === dst);
    if (between.length === 0) {
      throw badInput(`input.barriers[${i}].toId`, 'No edge of lineage leads there from that asset.', 'Take both ends of one edge of a path.'); // prettier-ignore
    }
    return between.map(({ id }) => ({ edge: id, tag }));
  });
}
