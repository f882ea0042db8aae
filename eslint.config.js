import astro from 'eslint-plugin-astro';
import tseslint from 'typescript-eslint';

// Formatting is prettier's, layers are dependency-cruiser's; here stands what only the code's meaning can tell.

const processEnv = [
  {
    object: 'process',
    property: 'env',
    message: 'Only server/config.ts reads the environment: take a Config, or a parameter.',
  },
];

/** dependency-cruiser does not read .astro files: its rules for reports/, said again for their frontmatter. */
const notFromReports = [
  { group: ['**/server/**'], message: 'Reports and server meet only in schema/.' },
  { group: ['graphql', 'graphql/**', 'type-graphql'], message: 'Pages ask through reports/src/queries.' },
];
const notFromComponents = [
  ...notFromReports,
  {
    group: ['**/queries/**', '**/gql/**', '**/client.ts', '**/batches.ts'],
    allowTypeImports: true,
    message: 'A component gets props, a page asks: queries -> models -> components.',
  },
];

/** An exception without its reason is a rule that nobody dares to restore. */
const reasons = {
  meta: { type: 'suggestion', schema: [] },
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        if (/^\s*eslint-disable/.test(comment.value) && !/ -- \S/.test(comment.value)) {
          context.report({
            loc: comment.loc,
            message: 'Say why, on the line: `eslint-disable-next-line RULE -- reason`.',
          });
        }
      }
    },
  }),
};

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      '**/dist/',
      '**/.astro/',
      '**/.aval/',
      '**/.venv/',
      'reports/src/gql/', // emitted by codegen
      'migrations/', // emitted by `npm run migration`, never edited afterwards
    ],
  },
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { house: { rules: { reasons } } },
    rules: { 'house/reasons': 'error' },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error', // an event that nobody awaits is an event that may be lost
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/require-await': 'off', // an async function without await still turns a throw into a rejection
      '@typescript-eslint/unbound-method': 'off', // services are closures: nothing here has a `this` to lose
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-properties': ['error', ...processEnv],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'node:process', importNames: ['env'], message: 'Only server/config.ts reads the environment.' },
            { name: 'process', message: 'Only server/config.ts reads the environment.' },
          ],
        },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports: a file is named after what it holds.' },
        { selector: 'TSEnumDeclaration', message: 'A union of strings, or a const object.' },
      ],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: [
      'server/config.ts',
      'server/testing/**/*.ts',
      'bench/**/*.ts',
      'examples/**/*.ts',
      'reports/*.ts',
      '.ci/**/*.ts',
    ],
    rules: { 'no-restricted-properties': 'off' }, // the reader of the environment, and what starts other programs with it
  },
  {
    files: [
      'server/transport/cli/**/*.ts',
      'server/main.ts',
      'bench/**/*.ts',
      '.ci/**/*.ts',
      'examples/**/*.ts',
      'reports/*.ts',
    ],
    rules: { 'no-console': 'off' }, // commands talk to a terminal
  },
  {
    files: [
      '*.config.ts',
      '*.config.js',
      'server/testing/attacks/leaks.config.ts',
      'server/testing/interference/interference.config.ts',
      'codegen.ts',
      'reports/*.config.ts',
      'reports/src/content.config.ts',
    ],
    rules: { 'no-restricted-syntax': 'off' }, // these tools read a default export
  },
  {
    files: ['**/*.test.ts', 'server/testing/**/*.ts', 'reports/testing/**/*.ts'],
    rules: {
      'max-lines': 'off', // a table of cases is long, not complicated
      '@typescript-eslint/no-non-null-assertion': 'off', // a test that meets undefined fails, which is its job
      '@typescript-eslint/no-unsafe-assignment': 'off', // answers of the API are asserted on, not typed
      '@typescript-eslint/no-unsafe-member-access': 'off', // as above
      '@typescript-eslint/no-unsafe-argument': 'off', // as above
      '@typescript-eslint/no-unsafe-call': 'off', // as above
      '@typescript-eslint/no-unsafe-return': 'off', // as above
    },
  },
  ...astro.configs['flat/recommended'],
  {
    files: ['reports/src/**/*.astro'],
    rules: { 'no-restricted-imports': ['error', { patterns: notFromReports }] },
  },
  {
    files: ['reports/src/components/**/*.astro', 'reports/src/layouts/**/*.astro'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      'no-restricted-imports': 'off', // its typed form below lets types through
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: notFromComponents }],
    },
  },
);
