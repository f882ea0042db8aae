/**
 * Which part may know which. The order, from the leaf up, and each knows only what stands before it:
 *
 *   shared <- storage <- access <- domain <- transport <- compose.ts, main.ts and the commands in transport/cli
 *
 * docs/adr/0009 says why, and what each exception is for. Type-only imports count as imports, but for cycles.
 *
 * @type {import('dependency-cruiser').IConfiguration}
 */

const tests = ['\\.test\\.ts$', '^server/testing/'];
/** Commands put the whole together, each for itself, as main.ts does. */
const roots = ['^server/transport/cli/'];
const graphql = '^(node_modules/)?(graphql|type-graphql|graphql-[a-z]+|@apollo|@graphql-tools)(/|$)';
const databases = '^(node_modules/)?(kysely|pg|@mikro-orm|@electric-sql)(/|$)';

/** `folder` knows none of `others`. */
const layer = (folder, others, comment) => ({
  name: `${folder}-knows-its-place`,
  comment,
  severity: 'error',
  from: { path: `^server/${folder}/`, pathNot: [...tests, ...roots] },
  to: { path: `^server/(${others.join('|')})` },
});

export default {
  forbidden: [
    layer('shared', ['(?!shared/)'], 'shared is a leaf: it imports nothing of ours.'),
    layer('storage', ['(?!shared/|storage/)'], 'storage opens databases of any tables; it knows no domain.'),
    layer(
      'access',
      ['domain/', 'transport/', 'testing/', 'compose', 'main', 'config'],
      'access decides on fields and labels, whatever they mean.',
    ),
    layer(
      'domain',
      ['transport/', 'testing/', 'compose', 'main', 'config'],
      'The domain is called by transports and never asks which.',
    ),
    layer('transport', ['testing/', 'compose', 'main', 'config'], 'A transport gets what it needs from compose.ts.'),
    {
      name: 'transport-asks-services',
      comment:
        'A transport translates; what it reads and writes goes through services and read models, which take an actor.',
      severity: 'error',
      from: { path: '^server/transport/', pathNot: [...tests, ...roots] },
      to: { path: ['^server/storage/', databases] },
    },
    {
      name: 'transports-apart',
      comment: 'One door does not lean on another; http/ is what they share.',
      severity: 'error',
      from: { path: '^server/transport/([^/]+)/', pathNot: [...tests, ...roots] },
      to: {
        path: '^server/transport/',
        pathNot: ['^server/transport/$1/', '^server/transport/http/'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'rules-without-graphql',
      comment:
        'Services, policies, loaders, read models and entities hold on every surface: only types and resolvers speak GraphQL.',
      severity: 'error',
      from: { path: '^server/domain/.*\\.(service|policy|loader|read-model|entity|search|views|page)\\.ts$' },
      to: { path: [graphql, '^server/domain/.*\\.(type|resolver|args|filter)\\.ts$', '^server/domain/relay/'] },
    },
    {
      name: 'entities-are-shapes',
      comment: 'An entity says what a table is; it refers to other entities and to column helpers.',
      severity: 'error',
      from: { path: '\\.entity\\.ts$' },
      to: { path: '^server/', pathNot: ['\\.entity\\.ts$', '^server/storage/(columns|rows)\\.ts$', '^server/shared/'] },
    },
    {
      name: 'statements-in-read-models',
      comment: 'Resolvers are thin: they call services, read models and loaders.',
      severity: 'error',
      from: { path: '\\.(resolver|type|policy)\\.ts$' },
      to: { path: ['^server/storage/', databases] },
    },
    {
      name: 'audit-is-a-leaf',
      comment: 'Every domain may know the log; the log knows that assets exist, and no other domain.',
      severity: 'error',
      from: { path: '^server/domain/audit/', pathNot: tests },
      to: { path: '^server/domain/[^/]+/', pathNot: ['^server/domain/(audit|relay|assets)/'] },
    },
    {
      name: 'domains-meet-in-public',
      comment:
        "A domain may use another's services, read models, loaders, entities and types, never its resolvers or policy.",
      severity: 'error',
      from: { path: '^server/domain/([^/]+)/', pathNot: tests },
      to: {
        path: '^server/domain/[^/]+/',
        pathNot: [
          '^server/domain/$1/',
          '^server/domain/(relay|search)/', // what all types, and all searches, are made of
          '^server/domain/audit/(?!.*\\.(resolver|policy)\\.ts$)', // the log is for everybody
          '\\.(service|read-model|loader|entity|type|enums)\\.ts$',
          '/index\\.ts$', // what it offers from other files
        ],
        dependencyTypesNot: ['type-only'], // a shape may be named from anywhere
      },
    },
    {
      name: 'no-runtime-cycles',
      comment:
        'Modules that need each other to start, start in an order that nobody chose. Types may refer to each other.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'reports-and-server-meet-in-schema',
      comment: 'The report generator is a client like any other: it knows the emitted schema, never the server.',
      severity: 'error',
      from: { path: '^reports/src/' },
      to: { path: ['^server/', '^bench/'] },
    },
    {
      name: 'server-knows-no-reports',
      comment: 'The other way round; only commands start the generator.',
      severity: 'error',
      from: { path: '^server/', pathNot: [...tests, ...roots] },
      to: { path: ['^reports/', '^bench/', '^examples/'] },
    },
    {
      name: 'report-models-are-pure',
      comment: 'queries -> models -> components: a model turns a result into what a page shows, and fetches nothing.',
      severity: 'error',
      from: { path: '^reports/src/models/', pathNot: tests },
      to: {
        path: [
          '^reports/src/(pages|components|layouts)/',
          '^reports/src/(client|batches)\\.ts$',
          '^(node_modules/)?astro(/|$)',
          '^(node:)?(fs|http|https|net)(/|$)',
        ],
        dependencyTypesNot: ['type-only'], // the shape of an answer, not the asking
      },
    },
    {
      name: 'tests-stay-tests',
      comment: 'What runs for users imports no test and no test helper.',
      severity: 'error',
      from: { pathNot: [...tests, '^reports/testing/', '^bench/', '^\\.ci/'] },
      to: { path: [...tests, '^reports/testing/'] },
    },
    {
      name: 'dependencies-are-declared',
      comment: 'What the server and the reports import stands in package.json; what ships is no devDependency.',
      severity: 'error',
      from: { path: '^(server|reports/src)/', pathNot: [...tests, '\\.d\\.ts$'] },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev', 'unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^(reports/)?\\.astro/', '^(reports/)?dist/', '^reports/src/gql/'] },
    tsPreCompilationDeps: true,
    detectJSDocImports: false,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
