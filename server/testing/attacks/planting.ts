import type { GraphQLSchema } from 'graphql';

/** What tests and the sources that `plant.ts` transforms say to one another: those ask for it on `globalThis`, as they import nothing more. */
interface Planting {
  /** The leak that is open at the moment. */
  plantedLeak?: number | undefined;
  extendPlanted?(schema: GraphQLSchema, sdl: string): GraphQLSchema;
}

export const planting = globalThis as Planting;
