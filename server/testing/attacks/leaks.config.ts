import { defineConfig } from 'vitest/config';
import type { Reporter, TestModule } from 'vitest/node';
import base from '../../../vitest.config.ts';
import { cases } from './cases.ts';
import { plantLeaks } from './plant.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** Prints each planted leak and whether its attack noticed; fails when one got through, or when a case has none. */
const table: Reporter = {
  onTestRunEnd(modules: readonly TestModule[]) {
    const rows = modules
      .flatMap((module) => [...module.children.allTests()])
      .map((one) => ({ text: one.name, state: one.result().state, why: one.result().errors?.[0]?.message }))
      .sort((a, b) => Number.parseInt(a.text) - Number.parseInt(b.text));
    for (const { text, state, why } of rows) {
      print(
        `${state === 'passed' ? 'caught    ' : 'NOT CAUGHT'} ${text}${state === 'passed' ? '' : `\n           ${why ?? state}`}`,
      );
    }
    const without = Object.keys(cases).filter((number) => !rows.some(({ text }) => text.startsWith(`${number}:`)));
    const missed = rows.filter(({ state }) => state !== 'passed').length;
    print(
      `\n${rows.length} leaks planted for ${Object.keys(cases).length - without.length} cases; ${missed} not caught.`,
    );
    if (without.length > 0) print(`No leak is planted for the cases ${without.join(', ')}.`);
    if (missed > 0 || without.length > 0) process.exitCode = 1;
  },
};

// not by mergeConfig, which would add these files to all the others
export default defineConfig({
  ...base,
  plugins: [plantLeaks()],
  test: {
    ...base.test,
    isolate: true, // a leak is a module of its own
    include: ['server/transport/attacks/*.test.ts'],
    testTimeout: 120_000, // one that is cut short would close the leak of the next
    hookTimeout: 120_000,
    provide: { plantLeaks: true },
    reporters: [table],
  },
});
