import { graphql } from '../gql/gql.ts';

export const KpiList = graphql(/* GraphQL */ `
  query KpiList($first: Int!, $after: String) {
    kpis(first: $first, after: $after) {
      nodes {
        id
        name
        unit
        direction
        definition
        metricKey
        warnAt
        failAt
        roles
        createdAt
        owner {
          name
        }
        subject {
          ...AssetHandle
        }
        value {
          at
          value
          status
        }
        history(points: 100) {
          at
          value
          status
        }
        redactions {
          ...Hidden
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);
