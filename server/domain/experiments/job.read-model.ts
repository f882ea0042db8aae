import { toGlobalId } from '../../shared/ids.ts';
import type { JsonObject } from '../../shared/json.ts';
import { decodeCursor, encodeCursor, pageOf, pageSize, type Page, type PageRequest } from '../../shared/pages.ts';
import type { Context, NodeView } from '../context.ts';
import { oneByKey } from '../loader.ts';
import { inScope } from '../scope.ts';

export interface JobView extends NodeView {
  namespace: string;
  name: string;
  facets: JsonObject;
}

const columns = ['id', 'namespace', 'name', 'facets'] as const;

const jobView = (row: { id: string; namespace: string; name: string; facets: JsonObject }): JobView => ({
  __typename: 'Job',
  id: toGlobalId('Job', row.id),
  uuid: row.id,
  namespace: row.namespace,
  name: row.name,
  facets: row.facets,
});

export const jobById = oneByKey<string, JobView>(
  async ({ store, actor }, ids) => {
    const rows = await store.read
      .selectFrom('job')
      .select(columns)
      .where('id', 'in', ids)
      .where(inScope(actor, 'project_id'))
      .execute();
    return rows.map(jobView);
  },
  (job) => job.uuid,
);

/** Jobs by namespace and name. */
export async function pageOfJobs({ store, actor }: Context, { first, after }: PageRequest): Promise<Page<JobView>> {
  const size = pageSize(first);
  const order = 'jobs:name';
  const from = decodeCursor(after, order, ['text', 'text', 'uuid']);
  let query = store.read
    .selectFrom('job')
    .select(columns)
    .where(inScope(actor, 'project_id'))
    .orderBy('namespace')
    .orderBy('name')
    .orderBy('id')
    .limit(size + 1);
  if (from) {
    const [namespace, name, id] = from;
    query = query.where((eb) => eb(eb.refTuple('namespace', 'name', 'id'), '>', eb.tuple(namespace, name, id)));
  }
  return pageOf((await query.execute()).map(jobView), size, (job) =>
    encodeCursor(order, [job.namespace, job.name, job.uuid]),
  );
}
