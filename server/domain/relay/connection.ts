import { Field, ObjectType } from 'type-graphql';
import { labelStructural } from './structural.ts';
import type { Page } from '../../shared/pages.ts';

@ObjectType('PageInfo', { description: 'Where a page stands in its list.', simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage: boolean;
  @Field(() => Boolean, { description: 'Pages go forward only; true when `after` was given.' })
  hasPreviousPage: boolean;
  @Field(() => String, { nullable: true })
  startCursor: string | null;
  @Field(() => String, { nullable: true, description: 'Give it as `after` for the next page.' })
  endCursor: string | null;
}
labelStructural('PageInfo');

export interface Connection<T> {
  edges: { cursor: string; node: T }[];
  nodes: T[];
  pageInfo: PageInfo;
}

/** Relay's connection and edge types of a node type, made once: `connectionOf('Run', () => Run)`. */
export function connectionOf<T extends object>(
  name: string,
  node: () => abstract new () => T,
): new () => Connection<T> {
  @ObjectType(`${name}Edge`, { simpleResolvers: true })
  class EdgeType {
    @Field(() => String)
    cursor: string;
    @Field(node as never)
    node: T;
  }
  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}.`, simpleResolvers: true })
  class ConnectionType implements Connection<T> {
    @Field(() => [EdgeType])
    edges: EdgeType[];
    @Field((() => [node()]) as never)
    nodes: T[];
    @Field(() => PageInfo)
    pageInfo: PageInfo;
  }
  labelStructural(`${name}Edge`, `${name}Connection`);
  return ConnectionType;
}

/** A page as Relay's clients expect it; `after` only tells whether something came before. */
export function toConnection<Row, T>(page: Page<Row>, toNode: (row: Row) => T, after?: string | null): Connection<T> {
  const edges = page.rows.map((row) => ({ cursor: page.cursorOf(row), node: toNode(row) }));
  return {
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: after !== null && after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
