import { sql } from 'kysely';
import type { JsonObject } from '../../shared/json.ts';
import { uuids } from '../../storage/arrays.ts';
import { manyByKey, oneByKey } from '../loader.ts';

// Of runs that the caller has been given: the scope was decided there.

interface FacetsRow {
  id: string;
  facets: JsonObject;
}

/** All facets of a run: plans of a few megabytes may be among them. */
export const facetsOfRun = oneByKey<string, FacetsRow>(
  async ({ store }, ids) => {
    const { rows } = await sql<FacetsRow>`select id, facets from run where id = any(${uuids(ids)})`.execute(store.read);
    return rows;
  },
  (row) => row.id,
);

/** The few facets that fields of their own show, some of them to more people than the whole. */
export const knownFacetsOfRun = oneByKey<string, FacetsRow>(
  async ({ store }, ids) => {
    const { rows } = await sql<FacetsRow>`
      select id, jsonb_strip_nulls(jsonb_build_object('errorMessage', facets -> 'errorMessage', 'nominalTime', facets -> 'nominalTime',
             'parent', facets -> 'parent', 'tags', facets -> 'tags')) as facets from run where id = any(${uuids(ids)})`.execute(
      store.derive,
    );
    return rows;
  },
  (row) => row.id,
);

export interface EndView {
  runId: string;
  assetKey: number;
  facets: JsonObject;
}

/** What a run wrote, each with the facets of that writing. */
export const writingsOfRun = manyByKey<string, EndView>(
  async ({ store }, ids) => {
    const { rows } = await sql<EndView>`
      select run_id as "runId", asset_key as "assetKey", coalesce(facets, '{}') as facets from run_output
       where run_id = any(${uuids(ids)}) order by asset_key`.execute(store.read);
    return rows;
  },
  (row) => row.runId,
);
