/** The only source of "now". Tests and golden outputs pass a fixed one. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands at `start` and moves `stepMs` at each reading, so that order stays visible. */
export function fixedClock(start: string | Date, stepMs = 0): Clock {
  let next = new Date(start).getTime();
  return {
    now() {
      const at = new Date(next);
      next += stepMs;
      return at;
    },
  };
}
