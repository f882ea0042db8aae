import type { Leak } from '../leaks.ts';
import { anchors } from './anchors.ts';

const graphqlServer = 'server/transport/graphql/server.ts';
const remembers = (what: string, key: string): string =>
  `(${anchors.read.from} ? !${what}?.has(${key}) : (void (${what} ??= new Set()).add(${key}), false))`;

export const cacheLeaks: readonly Leak[] = [
  {
    case: 39,
    says: 'loaders outlive their request',
    edits: [
      {
        file: 'server/compose.ts',
        from: 'new Map<unknown, unknown>()',
        to: '(globalThis.sharedLoaders ??= new Map())',
      },
    ],
  },
  {
    case: 40,
    says: 'what is decided for a field is remembered by its name',
    edits: [{ ...anchors.read, to: remembers('context.allowedNames', 'name') }],
  },
  {
    case: 41,
    says: 'the tags of an object are remembered',
    edits: [
      {
        file: 'server/compose.ts',
        from: 'categoriesOf(context, source)',
        to: '((seen, key) => seen.get(key)?.length === 0 ? seen.get(key) : categoriesOf(context, source)?.then((found) => (seen.set(key, found), found)))(globalThis.seenCategories ??= new Map(), source.assetKey)',
      },
    ],
  },
  {
    case: 42,
    says: 'what one caller may read of an object, the next may',
    edits: [{ ...anchors.read, to: remembers('globalThis.seenFields', '`${source.id} ${name}`') }],
  },
  {
    case: 43,
    says: 'a write is no transaction',
    edits: [
      { file: 'server/domain/store.ts', from: 'await database.write', to: 'await ((work) => work(database.read))' },
    ],
  },
  {
    case: 44,
    says: 'operations are persisted by their hash',
    edits: [
      { file: graphqlServer, from: 'persistedQueries: false', to: 'persistedQueries: PLANTED ? undefined : false' },
    ],
    fresh: true,
  },
  {
    case: 45,
    says: 'operations come in batches',
    edits: [{ file: graphqlServer, from: 'allowBatchedHttpRequests: false', to: 'allowBatchedHttpRequests: PLANTED' }],
    fresh: true,
  },
];
