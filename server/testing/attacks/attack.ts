import { extendSchema, parse } from 'graphql';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { cases, type Case } from './cases.ts';
import { shippedRoles } from '../../access/actor.ts';
import { leaks, type Leak } from './leaks.ts';
import { matrix, type AttackSurface } from './matrix.ts';
import { planting } from './planting.ts';
import { sidesOf } from './roles.ts';
import { makeWorld, type Tried, type World } from './world.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Set by `npm run test:leaks`: attacks are tried on leaks that are planted, and have to notice them. */
    plantLeaks?: boolean;
  }
}

type Attack = (number: Case, run: (world: World) => Promise<void>) => void;

/**
 * Declares the attacks of a test file on these surfaces, on one world. As a test, an attack learns nothing, and is tried on each of these
 * surfaces where the matrix says so, and on no other; in `npm run test:leaks` it is run once for each leak that is planted for its number
 * there, and has to fail by an assertion.
 */
export function attacks(...surfaces: readonly AttackSurface[]): Attack {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld();
  });
  afterAll(async () => {
    expect(world.app.internalErrors).toEqual([]);
    await world.close();
  });
  return (number, run) => {
    const name = `${number}: ${cases[number]}`;
    if (!inject('plantLeaks')) {
      return test(name, async () => {
        world.takeTried();
        await run(world);
        expectTried(number, surfaces, world.takeTried());
      });
    }
    planting.extendPlanted = (schema, sdl) => extendSchema(schema, parse(sdl), { assumeValidSDL: true });
    leaks.forEach((leak, id) => {
      if (leak.case === number && surfaces.includes(leak.on ?? 'http'))
        test(`${name} | ${leak.on ? `${leak.on}: ` : ''}${leak.says}`, () => isCaught(id, leak, run, world));
    });
  };
}

/** The run did what the matrix says of the case: neither less nor more, and by whom it says. */
function expectTried(number: Case, surfaces: readonly AttackSurface[], tried: Tried): void {
  const { on, by } = matrix[number];
  const here = (surface: AttackSurface): boolean => surfaces.includes(surface);
  expect([...tried.keys()].filter(here).sort(), 'where it is tried').toEqual([...on].filter(here).sort());
  for (const surface of on.filter(here)) {
    const roles = tried.get(surface)!;
    if (by === 'anybody') continue;
    const { may, mayNot } = by === 'every role' ? { may: [], mayNot: shippedRoles } : sidesOf(by.at, by.use);
    expect([...roles], `who tries it over ${surface}`).toEqual(expect.arrayContaining([...mayNot]));
    if (may.length > 0)
      expect(
        may.some((role) => roles.has(role)),
        `nobody who may tried it over ${surface}`,
      ).toBe(true);
  }
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
