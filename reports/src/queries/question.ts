import { graphql } from '../gql/gql.ts';

/** The standing question: which versions learned from these categories, by which path, and what they are used for. */
export const LearnedFromQuestion = graphql(/* GraphQL */ `
  query LearnedFromQuestion($categories: [TagCategory!]!, $first: Int!, $after: String) {
    modelVersions(where: { learnedFrom: $categories }, first: $first, after: $after) {
      nodes {
        id
        version
        model {
          id
          name
        }
        learnedFrom(categories: $categories) {
          ...TagPath
        }
        deployments {
          ...UseFacts
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

/** Deployments that are active: the inventory of what is in use. */
export const ActiveDeployments = graphql(/* GraphQL */ `
  query ActiveDeployments($first: Int!, $after: String) {
    deployments(where: { active: true }, first: $first, after: $after) {
      nodes {
        ...UseFacts
        modelVersion {
          id
          version
          model {
            id
            name
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);
