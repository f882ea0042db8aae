import { createLevels } from './levels.ts';
import type { Keys, Placed } from './rows.ts';

/** The table has no such row. */
export const absent = -1;
/** The table has the row as it is: by whichever edge, that is not of interest. */
const asItIs = Infinity;

/**
 * What a walk has found: the best way to each row so far, and by distance those that are to be followed. Each row has a place, under which
 * its columns keep it: hundreds of thousands of small objects would cost more than all else that is done here.
 */
export function createFound() {
  const state: number[] = [];
  const tag: number[] = [];
  const dist: number[] = [];
  const parent: number[] = [];
  const edge: number[] = [];
  const known: number[] = []; // how far the table has it, by a way that is worse
  const places = new Map<number, Map<number, number>>(); // by tag, then by state
  const levels = createLevels<number>();

  function placesOf(ofTag: number): Map<number, number> {
    let found = places.get(ofTag);
    if (!found) places.set(ofTag, (found = new Map<number, number>()));
    return found;
  }

  return {
    state,
    tag,
    nearest: levels.nearest,
    keysOf: (wanted: readonly number[]): Keys => ({
      states: wanted.map((place) => state[place]!),
      tags: wanted.map((place) => tag[place]!),
    }),
    /** A row of the table is to be followed. */
    follow(row: Placed): void {
      placesOf(row.tag).set(row.state, state.length);
      levels.add(row.dist, state.length);
      state.push(row.state);
      tag.push(row.tag);
      dist.push(row.dist);
      parent.push(0);
      edge.push(asItIs);
      known.push(row.dist);
    },
    /** Places of what is to be followed at that distance, and is not nearer by now. */
    take: (at: number): number[] => levels.take(at).filter((place) => dist[place] === at),
    /** From the row at a place a state learns its tag by that edge, which is better than what the table has of it. */
    offer(from: number, learner: number, by: number, knownAt: number): void {
      const ofTag = tag[from]!;
      const at = dist[from]! + 1;
      const found = placesOf(ofTag);
      let place = found.get(learner);
      if (place === undefined) {
        found.set(learner, (place = state.length));
        state.push(learner);
        tag.push(ofTag);
        dist.push(at);
        parent.push(state[from]!);
        edge.push(by);
        known.push(knownAt);
        if (knownAt !== at) levels.add(at, place); // as far as it was: nothing new follows from it
        return;
      }
      if (dist[place]! < at || (dist[place] === at && edge[place]! <= by)) return;
      if (dist[place] !== at && knownAt !== at) levels.add(at, place);
      dist[place] = at;
      parent[place] = state[from]!;
      edge[place] = by;
    },
    /** What the table lacks, and what it has by a worse way. */
    rows(): Record<'added' | 'changed', Columns> {
      const [added, changed]: [number[], number[]] = [[], []];
      for (let place = 0; place < state.length; place++) {
        if (edge[place] !== asItIs) (known[place] === absent ? added : changed).push(place);
      }
      const columns = (wanted: readonly number[]): Columns => {
        const column = (of: readonly number[]): number[] => wanted.map((place) => of[place]!);
        return {
          state: column(state),
          tag: column(tag),
          dist: column(dist),
          parent: column(parent),
          edge: column(edge),
        };
      };
      return { added: columns(added), changed: columns(changed) };
    },
  };
}

/** Rows of `effective_tag`, by column. */
export type Columns = Record<'state' | 'tag' | 'dist' | 'parent' | 'edge', number[]>;
