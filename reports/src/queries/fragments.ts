import { graphql } from '../gql/gql.ts';

/** What names an asset in a sentence, a picture or a link. */
export const AssetName = graphql(/* GraphQL */ `
  fragment AssetName on Asset {
    __typename
    id
    kind
    name
    ... on Dataset {
      namespace
    }
    ... on Column {
      dataset {
        id
        name
        namespace
      }
    }
    ... on DatasetVersion {
      digest
      dataset {
        id
        name
        namespace
      }
    }
    ... on ModelVersion {
      version
      model {
        id
        name
      }
    }
    ... on Deployment {
      environment
      purpose {
        label
      }
      modelVersion {
        id
      }
    }
  }
`);

/** As AssetName, of nullable fields alone: a role that may see little is then told little, instead of nothing. */
export const AssetHandle = graphql(/* GraphQL */ `
  fragment AssetHandle on Asset {
    __typename
    id
    kind
    name
    ... on ModelVersion {
      version
      model {
        id
        name
      }
    }
    ... on Deployment {
      environment
      modelVersion {
        id
      }
    }
  }
`);

export const EdgeFacts = graphql(/* GraphQL */ `
  fragment EdgeFacts on LineageEdge {
    kind
    source
    firstSeen
    lastSeen
    refined
    transformations {
      type
      subtype
      description
      masking
    }
    from {
      ...AssetName
    }
    to {
      ...AssetName
    }
  }
`);

export const TagPath = graphql(/* GraphQL */ `
  fragment TagPath on TagAssignment {
    origin
    coarse
    validFrom
    note
    tag {
      name
      label
      category
      iri
      description
    }
    declaredOn {
      ...AssetName
    }
    path {
      ...EdgeFacts
    }
  }
`);

export const Hidden = graphql(/* GraphQL */ `
  fragment Hidden on Redaction {
    field
    use
    policy
    reason
    howToRequest
  }
`);

export const UseFacts = graphql(/* GraphQL */ `
  fragment UseFacts on Deployment {
    id
    environment
    validFrom
    validTo
    purpose {
      code
      label
      iri
      description
      highRisk
      highRiskSource
    }
    verdict {
      ...VerdictFacts
    }
    redactions {
      ...Hidden
    }
  }
`);

/** Whether a use is allowed, by which rules, and who let it be; `because` is asked for where there is room for it. */
export const VerdictFacts = graphql(/* GraphQL */ `
  fragment VerdictFacts on Verdict {
    completeness
    outcome
    deployable
    asOf
    rules {
      code
      version
      waiverRole
    }
    conditions {
      kind
      met
      until
      role
      rule {
        code
        version
      }
    }
    waivers {
      until
      role
      reason
      rule {
        code
      }
      redactions {
        ...Hidden
      }
    }
    redactions {
      ...Hidden
    }
  }
`);

export const VerdictProof = graphql(/* GraphQL */ `
  fragment VerdictProof on Verdict {
    because {
      rule {
        code
        version
        effect
        reason
        source
        redactions {
          ...Hidden
        }
      }
      assignment {
        ...TagPath
      }
      waiver {
        until
      }
    }
    redactions {
      ...Hidden
    }
  }
`);

export const EventRow = graphql(/* GraphQL */ `
  fragment EventRow on AuditEvent {
    id
    index
    at
    actor
    action
    subjectKind
    subject {
      __typename
      id
      ...AssetName
      ... on Run {
        runName: name
      }
      ... on Project {
        projectName: name
      }
      ... on Experiment {
        experimentName: name
      }
    }
    coordinate
    policy
    details
    leafHash
  }
`);

export const WalkEdges = graphql(/* GraphQL */ `
  fragment WalkEdges on LineageWalk {
    assetCount
    partial
    edges(first: 100) {
      nodes {
        ...EdgeFacts
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`);

export const CurvesOfRun = graphql(/* GraphQL */ `
  fragment CurvesOfRun on Run {
    id
    name
    params {
      key
      value
    }
    metrics {
      key
      datasetName
      history(points: $points) {
        recorded
        points {
          step
          value
        }
      }
    }
    redactions {
      ...Hidden
    }
  }
`);
