import { buildSchema, type GraphQLSchema } from 'graphql';
import { createAccess, type Access } from './access.ts';
import type { Actor, Role } from './actor.ts';
import { classify, type TagCategory } from './classes.ts';
import { indexCoordinates } from './coordinates.ts';
import { compile, type CompiledPolicy } from './decisions.ts';
import { shippedPolicy } from './shipped.ts';

/** A small world for the tests of this folder: one type of each class that they speak of, under the policy that ships. */
export const exampleSchema = (): GraphQLSchema =>
  buildSchema(`
    interface Node { id: ID! }
    interface Asset implements Node { id: ID! name: String redactions: [Redaction!]! }
    union Subject = Model | Column

    type Redaction { field: String! policy: String! reason: String! howToRequest: String }
    type PageInfo { hasNextPage: Boolean! endCursor: String }

    type Query {
      node(id: ID!): Node
      assets(where: AssetFilter): [Asset!]!
      runs(where: RunFilter, orderBy: [RunOrder!], first: Int, after: String): RunConnection!
      models(where: ModelFilter, text: String): [Model!]!
      columns: [Column!]!
      auditEvents: [AuditEvent!]!
      subjects: [Subject!]!
    }
    type Mutation { tagAsset(asset: ID!): Column  defineKpi(name: String!): Kpi }
    type Subscription { kpiChanged: Kpi  tagChanged: Column }

    type RunConnection { nodes: [Run!]! pageInfo: PageInfo! }
    type Run implements Node { id: ID! name: String metrics: [Metric!] seed: Int! redactions: [Redaction!]! }
    type Metric { key: String! value: Float! }
    type Model implements Node & Asset { id: ID! name: String learnedFrom: [String!] runs: [Run!] redactions: [Redaction!]! }
    type Column implements Node & Asset { id: ID! name: String tags: [String!] profile: Profile redactions: [Redaction!]! }
    type Profile { rows: Int! nulls: Int }
    type Kpi implements Node & Asset { id: ID! name: String value: Float! redactions: [Redaction!]! }
    type AuditEvent implements Node { id: ID! action: String! }

    input StringFilter { eq: String in: [String!] }
    input AssetFilter { name: StringFilter }
    input MetricFilter { key: StringFilter value: Float }
    input RunFilter { name: StringFilter metrics: MetricFilter metricAbove: Float and: [RunFilter!] or: [RunFilter!] not: RunFilter mystery: Int }
    input ModelFilter { name: StringFilter learnedFrom: String runs: RunFilter }
    enum Direction { ASC DESC }
    enum RunOrderField { NAME SEED METRIC }
    input RunOrder { field: RunOrderField! direction: Direction = ASC }
  `);

export const exampleLabels = classify(
  {
    Query: {
      node: 'handle',
      assets: 'handle',
      runs: 'handle',
      models: 'modelName',
      columns: 'handle',
      auditEvents: 'audit',
      subjects: 'handle',
    },
    Mutation: { tagAsset: 'sensitivity', defineKpi: 'kpi' },
    Subscription: { kpiChanged: 'kpi', tagChanged: 'sensitivity' },
    Redaction: { field: 'structural', policy: 'structural', reason: 'structural', howToRequest: 'structural' },
    PageInfo: { hasNextPage: 'structural', endCursor: 'structural' },
    RunConnection: { nodes: 'structural', pageInfo: 'structural' },
    Run: { id: 'handle', name: 'catalogue', metrics: 'result', seed: 'result', redactions: 'structural' },
    Metric: { key: 'result', value: 'result' },
    Model: { id: 'handle', name: 'modelName', learnedFrom: 'sensitivity', runs: 'lineage', redactions: 'structural' },
    Column: { id: 'handle', name: 'catalogue', tags: 'sensitivity', profile: 'profile', redactions: 'structural' },
    Profile: { rows: 'profile', nulls: 'profile' },
    Kpi: { id: 'handle', name: 'kpi', value: 'kpi', redactions: 'structural' },
    AuditEvent: { id: 'audit', action: 'audit' },
  },
  {
    'RunFilter.metricAbove': [{ coordinate: 'Metric.value', use: 'filter' }],
    'RunOrderField.METRIC': [{ coordinate: 'Run.metrics', use: 'order' }],
    'Query.models(text:)': [{ coordinate: 'Model.name', use: 'search' }],
  },
  ['Model', 'Column', 'Profile', 'Kpi'],
);

export const exampleCoordinates = indexCoordinates(exampleLabels);

/** The shipped policy, with a further text where a test needs one. */
export const examplePolicy = (more = ''): CompiledPolicy => compile(shippedPolicy() + more, exampleCoordinates);

export const actorIn = (...roles: Role[]): Actor => ({
  principalId: 'p1',
  name: 'Someone',
  roles,
  projects: 'all',
  defaultProjectId: 'default',
});

/** Access in these roles; objects answer for their own tags by a field `tagged`. */
export const accessIn = (policy: CompiledPolicy, ...roles: Role[]): Access =>
  createAccess(actorIn(...roles), policy, {
    categoriesOf: (source) => ('tagged' in source ? Promise.resolve(source.tagged as TagCategory[]) : undefined),
  });
