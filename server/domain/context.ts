import type DataLoader from 'dataloader';
import type { Access } from '../access/access.ts';
import type { Actor } from '../access/actor.ts';
import type { AssetKind } from './assets/asset.entity.ts';
import type { Tail } from './audit/tail.service.ts';
import type { Services } from './services.ts';
import type { Store } from './store.ts';

/** What resolvers see of a thing: fields by their GraphQL names; graphql-js reads `__typename` to tell unions apart. */
export interface NodeView {
  readonly __typename: string;
  /** Global id. */
  readonly id: string;
  readonly uuid: string;
}

export interface AssetView extends NodeView {
  readonly assetKey: number;
  readonly kind: AssetKind;
  readonly name: string;
  readonly projectId: string;
}

/** Makes a loader for one request. A loader belongs to the domain whose table it reads. */
export type LoaderFor<Key, Value> = (context: Context) => DataLoader<Key, Value>;

/** One request, of one actor; nothing in it outlives the request. */
export interface Context {
  readonly actor: Actor;
  readonly access: Access;
  readonly store: Store;
  readonly services: Services;
  readonly nodes: Nodes;
  /** The log as it grows: what subscriptions follow. */
  readonly tail: Tail;
  /** The request's own loader of that maker: made at first use, never shared between requests. */
  loader<Key, Value>(maker: LoaderFor<Key, Value>): DataLoader<Key, Value>;
}

/** Things of any type, by id or graph key; null when absent or outside the actor's projects. */
export interface Nodes {
  byId(type: string, uuid: string): Promise<NodeView | null>;
  asset(key: number): Promise<AssetView | null>;
  /** The graph keys of those of these ids that are there, as assets of that kind. One statement. */
  keys(kind: AssetKind, uuids: readonly string[]): Promise<Map<string, number>>;
}
