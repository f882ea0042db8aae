import type { GraphQLSchema } from 'graphql';

/** What a caller does with a field. Each is decided apart: who may read a value may not therefore sort by it for others. */
export const uses = [
  'select',
  'filter',
  'order',
  'group',
  'aggregate',
  'cursor',
  'search',
  'subscribe',
  'export',
  'mutate',
] as const;

export type Use = (typeof uses)[number];

/** The column of each use in a compiled table. */
export const useIndex = Object.fromEntries(uses.map((use, index) => [use, index])) as Record<Use, number>;

/** The uses that a policy may name together as `Aval::Action::"read"`; leaving with a copy and changing are asked for apart. */
export const readUses: readonly Use[] = uses.filter((use) => use !== 'mutate' && use !== 'export');

/** Uses that end with a value before somebody's eyes, whole or masked. */
export const isShown = (use: Use): boolean => use === 'select' || use === 'export';

/** What asking for a root field is, by the name of its type; asking for any other is `select`. */
export function rootUsesOf(schema: GraphQLSchema): ReadonlyMap<string, 'select' | 'mutate' | 'subscribe'> {
  const roots = [
    [schema.getQueryType(), 'select'],
    [schema.getMutationType(), 'mutate'],
    [schema.getSubscriptionType(), 'subscribe'],
  ] as const;
  return new Map(roots.flatMap(([type, use]) => (type ? [[type.name, use] as const] : [])));
}

/** As a sentence needs them: "may not be used to filter". */
export const useVerbs: Record<Use, string> = {
  select: 'read',
  filter: 'filter by',
  order: 'sort by',
  group: 'group by',
  aggregate: 'aggregate',
  cursor: 'page by',
  search: 'search in',
  subscribe: 'subscribe to',
  export: 'export',
  mutate: 'change',
};
