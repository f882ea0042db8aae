import { graphql } from '../gql/gql.ts';

export const DatasetPaths = graphql(/* GraphQL */ `
  query DatasetPaths($first: Int!, $after: String) {
    datasets(first: $first, after: $after) {
      nodes {
        id
        name
        namespace
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

export const DatasheetIdentity = graphql(/* GraphQL */ `
  query DatasheetIdentity($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Dataset {
        id
        name
        namespace
        description
        facets
        project {
          name
        }
        columns {
          id
          name
          ordinal
          type
          description
        }
        versions(first: 50) {
          nodes {
            id
            name
            digest
            sourceType
            source
            createdAt
            rowCount
          }
          pageInfo {
            hasNextPage
          }
        }
        redactions {
          ...Hidden
        }
      }
    }
  }
`);

export const DatasheetTags = graphql(/* GraphQL */ `
  query DatasheetTags($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Dataset {
        id
        tags {
          ...TagPath
        }
        columns {
          id
          name
          tags {
            ...TagPath
          }
          redactions {
            ...Hidden
          }
        }
        redactions {
          ...Hidden
        }
      }
    }
  }
`);

export const DatasheetProfiles = graphql(/* GraphQL */ `
  query DatasheetProfiles($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Dataset {
        id
        columns {
          id
          profile {
            measuredAt
            rowCount
            nullCount
            distinctCount
            min
            max
            mean
            quantiles {
              q
              value
            }
            redactions {
              ...Hidden
            }
          }
          redactions {
            ...Hidden
          }
        }
        redactions {
          ...Hidden
        }
      }
    }
  }
`);

export const DatasheetLineage = graphql(/* GraphQL */ `
  query DatasheetLineage($ids: [ID!]!, $up: Int!, $down: Int!, $kinds: [EdgeKind!]!) {
    nodes(ids: $ids) {
      ... on Dataset {
        id
        upstream(depth: $up, kinds: $kinds) {
          ...WalkEdges
        }
        downstream(depth: $down, kinds: $kinds) {
          ...WalkEdges
        }
        redactions {
          ...Hidden
        }
      }
    }
  }
`);

export const DatasheetLog = graphql(/* GraphQL */ `
  query DatasheetLog($ids: [ID!]!, $first: Int!) {
    nodes(ids: $ids) {
      ... on Dataset {
        id
        events(first: $first) {
          nodes {
            ...EventRow
          }
          pageInfo {
            hasNextPage
          }
        }
        redactions {
          ...Hidden
        }
      }
    }
  }
`);

/** For each column, the columns that it was made from. */
export const ColumnOrigins = graphql(/* GraphQL */ `
  query ColumnOrigins($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Dataset {
        id
        columns {
          id
          upstream(depth: 1, kinds: [COLUMN_DERIVED]) {
            partial
            edges(first: 100) {
              nodes {
                ...EdgeFacts
              }
            }
          }
          redactions {
            ...Hidden
          }
        }
        redactions {
          ...Hidden
        }
      }
    }
  }
`);
