/** Facts about one entity of many, asked for in bulk: neighbours in the list share one request. */
import type { ReportClient } from '../client.ts';
import type { Answer } from '../evidence.ts';
import type { TypedDocumentString } from '../gql/graphql.ts';

interface NodesResult {
  nodes: readonly unknown[];
}

type NodeOf<R extends NodesResult> = Extract<NonNullable<R['nodes'][number]>, { id: string }>;

/**
 * The facts of `id`, asked together with the others of its stretch of `ids`. The stretches depend on the list alone, so
 * that a build asks the same questions whichever page comes first.
 */
export async function factsOf<R extends NodesResult, V extends { ids: string | string[] }>(
  client: ReportClient,
  document: TypedDocumentString<R, V>,
  ids: readonly string[],
  id: string,
  rest: Omit<V, 'ids'>,
  size = 20,
): Promise<Answer<NodeOf<R>>> {
  const start = Math.floor(ids.indexOf(id) / size) * size;
  const answer = await client.ask(document, { ...rest, ids: ids.slice(start, start + size) } as unknown as V &
    Record<string, unknown>);
  if (answer.state === 'refused') return answer;
  const found = answer.data.nodes.find((node) => (node as { id?: string } | null)?.id === id);
  if (!found)
    throw new Error(
      `${answer.evidence.operation} left out ${id}, which the list had: the data changed during the build. Build again.`,
    );
  return { ...answer, data: found as NodeOf<R> };
}
