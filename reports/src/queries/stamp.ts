import { graphql } from '../gql/gql.ts';

/** Who reads, and everything that is hidden from them. */
export const ReportViewer = graphql(/* GraphQL */ `
  query ReportViewer {
    viewer {
      roles
      redactions {
        ...Hidden
      }
    }
  }
`);

export const ReportLogHead = graphql(/* GraphQL */ `
  query ReportLogHead {
    logHead {
      size
      at
      leafHash
    }
  }
`);

export const ReportPolicy = graphql(/* GraphQL */ `
  query ReportPolicy {
    policyVersion {
      version
      digest
      validFrom
    }
  }
`);
