import { graphql } from '../gql/gql.ts';

/** Newest first. */
export const AuditLog = graphql(/* GraphQL */ `
  query AuditLog($first: Int!, $after: String) {
    auditEvents(first: $first, after: $after) {
      nodes {
        ...EventRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);
