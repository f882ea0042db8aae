import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

const require = createRequire(import.meta.url);

export default defineConfig({
  resolve: {
    // vitest would load graphql twice, as ESM and as CommonJS, and graphql refuses a schema of the other one
    alias: [{ find: /^graphql$/, replacement: require.resolve('graphql') }],
  },
  test: {
    include: ['server/**/*.test.ts', 'reports/**/*.test.ts', 'examples/**/*.test.ts', 'bench/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'dist/**', 'server/testing/interference/**'],
    maxWorkers: 2,
    isolate: false, // a process keeps its modules from file to file: loading them anew costs half of the time
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
