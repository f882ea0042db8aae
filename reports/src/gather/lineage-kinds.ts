import type { EdgeKind } from '../gql/graphql.ts';

/** What a picture walks: tables, versions, models and uses. Columns come in by the paths of tags alone, or they would fill it. */
export const lineageKinds: EdgeKind[] = ['DERIVED', 'VERSION_OF', 'TRAINED', 'EVALUATED', 'REGISTERED', 'DEPLOYED'];
