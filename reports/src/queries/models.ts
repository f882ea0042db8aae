import { graphql } from '../gql/gql.ts';

/** Just enough to make a page for each version. */
export const ModelVersionPaths = graphql(/* GraphQL */ `
  query ModelVersionPaths($first: Int!, $after: String) {
    modelVersions(first: $first, after: $after) {
      nodes {
        id
        version
        model {
          id
          name
          redactions {
            ...Hidden
          }
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

export const DossierIdentity = graphql(/* GraphQL */ `
  query DossierIdentity($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on ModelVersion {
        id
        version
        status
        description
        createdAt
        aliases
        project {
          name
        }
        model {
          id
          name
          description
          redactions {
            ...Hidden
          }
        }
        loggedModel {
          mlflowId
          modelType
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

export const DossierSensitivity = graphql(/* GraphQL */ `
  query DossierSensitivity($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on ModelVersion {
        id
        learnedFrom {
          ...TagPath
        }
        redactions {
          ...Hidden
        }
      }
    }
  }
`);

export const DossierLineage = graphql(/* GraphQL */ `
  query DossierLineage($ids: [ID!]!, $up: Int!, $down: Int!, $kinds: [EdgeKind!]!) {
    nodes(ids: $ids) {
      ... on ModelVersion {
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

export const DossierTraining = graphql(/* GraphQL */ `
  query DossierTraining($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on ModelVersion {
        id
        trainedOn {
          id
          digest
          rowCount
          dataset {
            id
            name
            namespace
          }
        }
        run {
          id
          mlflowId
          name
          status
          startedAt
          endedAt
          userName
          experiment {
            id
            name
            redactions {
              ...Hidden
            }
          }
          params {
            key
            value
          }
          tags {
            key
            value
          }
          metrics {
            key
            value
            step
            datasetName
            datasetDigest
          }
          inputs {
            context
            asset {
              ...AssetName
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

/** Runs that began while another ran; those nested in it name it as their parent. */
export const RunsDuring = graphql(/* GraphQL */ `
  query RunsDuring($experiment: ID!, $from: DateTime!, $to: DateTime!) {
    runs(where: { experimentId: $experiment, startedAt: { gt: $from, lt: $to } }, first: 100) {
      nodes {
        id
        parent {
          id
        }
      }
    }
  }
`);

/** The curves of a training run and of the candidates that it tried. */
export const RunCurves = graphql(/* GraphQL */ `
  query RunCurves($runs: [ID!]!, $points: Int!) {
    nodes(ids: $runs) {
      ... on Run {
        ...CurvesOfRun
      }
    }
  }
`);

export const DossierUse = graphql(/* GraphQL */ `
  query DossierUse($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on ModelVersion {
        id
        model {
          aliases {
            alias
            validFrom
            version {
              id
            }
          }
          redactions {
            ...Hidden
          }
        }
        approvals {
          role
          until
          validFrom
          purpose {
            label
          }
          by {
            name
          }
          redactions {
            ...Hidden
          }
        }
        deployments {
          ...UseFacts
          verdict {
            ...VerdictProof
          }
          by {
            name
          }
          replaces {
            modelVersion {
              id
              version
              model {
                id
                name
              }
            }
          }
        }
        redactions {
          ...Hidden
        }
      }
    }
  }
`);

export const DossierLog = graphql(/* GraphQL */ `
  query DossierLog($ids: [ID!]!, $first: Int!) {
    nodes(ids: $ids) {
      ... on ModelVersion {
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
