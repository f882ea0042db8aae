import { extendSchema, parse, type GraphQLSchema } from 'graphql';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { cases, type Case } from './cases.ts';
import { leaks, type Leak } from './leaks.ts';
import { makeWorld, type World } from './world.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Set by `npm run test:leaks`: attacks are tried on leaks that are planted, and have to notice them. */
    plantLeaks?: boolean;
  }
}

interface Planting {
  /** The leak that is open at the moment; sources transformed by `plant.ts` ask for it. */
  plantedLeak?: number | undefined;
  extendPlanted?(schema: GraphQLSchema, sdl: string): GraphQLSchema;
}
const planting = globalThis as Planting;

type Attack = (number: Case, run: (world: World) => Promise<void>) => void;

/**
 * Declares the attacks of a test file, on one world. As a test, an attack learns nothing; in `npm run test:leaks` it is run once for each
 * leak that is planted for its number, and has to fail by an assertion.
 */
export function attacks(): Attack {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld();
  });
  afterAll(async () => {
    expect(world.app.internalErrors).toEqual([]);
    await world.close();
  });
  return (number, run) => {
    if (!inject('plantLeaks')) return test(`${number}: ${cases[number]}`, () => run(world));
    planting.extendPlanted = (schema, sdl) => extendSchema(schema, parse(sdl), { assumeValidSDL: true });
    leaks.forEach((leak, id) => {
      if (leak.case === number)
        test(`${number}: ${cases[number]} | ${leak.says}`, () => isCaught(id, leak, run, world));
    });
  };
}

async function isCaught(id: number, leak: Leak, run: (world: World) => Promise<void>, shared: World): Promise<void> {
  planting.plantedLeak = id;
  let own: World | undefined;
  try {
    own = leak.fresh ? await makeWorld() : undefined;
    const world = own ?? shared;
    const noticed = await run(world).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    const broken = world.app.internalErrors.splice(0);
    if (broken.length > 0) throw new Error('The leak broke the server instead of leaking', { cause: broken[0] });
    if (!noticed) throw new Error('The attack got through, and its test did not notice');
    if (noticed.name !== 'AssertionError') throw noticed;
  } finally {
    planting.plantedLeak = undefined;
    await own?.close();
  }
}
