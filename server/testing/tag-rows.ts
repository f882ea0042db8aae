import { sql, type Kysely } from 'kysely';
import type { Tables } from '../domain/tables.ts';
import type { TagGraph } from './tag-graph.ts';

interface Row {
  state: number;
  tag_key: number;
  dist: number;
  parent: number;
  edge_id: number;
}

/** What propagation has found, all of it. */
export const effectiveTags = async (db: Kysely<Tables>): Promise<Row[]> =>
  (await sql<Row>`select state, tag_key, dist, parent, edge_id from effective_tag`.execute(db)).rows;

/** These rows in the words of `expectedRows`; `tags` are the keys of the graph's. A row whose witness is not there says so. */
export function rowTexts(graph: TagGraph, rows: readonly Row[], tags: readonly number[]): string[] {
  const distance = new Map(rows.map(({ state, tag_key, dist }) => [`${state} ${tag_key}`, dist]));
  const edges = new Map(graph.edges.map((edge) => [edge.id, edge]));
  const isWitnessed = ({ state, tag_key, dist, parent, edge_id }: Row): boolean => {
    if (dist === 0) return true;
    const edge = edges.get(edge_id);
    const ends = [Math.abs(parent), Math.abs(state)].sort().join();
    return (
      distance.get(`${parent} ${tag_key}`) === dist - 1 &&
      edge !== undefined &&
      [edge.src, edge.dst].sort().join() === ends
    );
  };
  return rows.map((row) => {
      const { state, tag_key, dist, edge_id } = row;
      return `${state} ${tags.indexOf(tag_key)} in ${dist} by ${edge_id}${isWitnessed(row) ? '' : ' without a witness'}`;
    }).sort(); // prettier-ignore
}
