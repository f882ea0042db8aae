import { defineConfig } from 'vitest/config';
import base from '../../../vitest.config.ts';
import { plantLeaks } from '../attacks/plant.ts';

const folder = 'server/testing/interference';

// by hand and as a step of .ci/run: minutes, not seconds
export default defineConfig({
  ...base,
  test: {
    testTimeout: 3_600_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    projects: [
      { ...base, test: { name: 'pairs', include: [`${folder}/*.pairs.test.ts`], testTimeout: 3_600_000, hookTimeout: 120_000 } },
      {
        ...base,
        plugins: [plantLeaks()],
        test: { name: 'planted', include: [`${folder}/planted.test.ts`], testTimeout: 600_000, hookTimeout: 120_000 },
      },
    ],
  },
}); // prettier-ignore
