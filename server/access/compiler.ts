import type { Coordinates } from './coordinates.ts';
import { compile, type CompiledPolicy, type CompileOptions } from './decisions.ts';

/** Compiles policies for the fields of one schema. */
export interface Compiler {
  readonly coordinates: Coordinates;
  /** As `compile`; for a text that it compiled lately it gives what it gave then. */
  compile(text: string, options?: Pick<CompileOptions, 'field'>): CompiledPolicy;
}

/** A text is tried, proposed, approved, put in force and asked about as of then: so the last few stay compiled, with all that they have decided. */
export function createCompiler(coordinates: Coordinates, most = 8): Compiler {
  const lately = new Map<string, CompiledPolicy>();
  return {
    coordinates,
    compile(text, options) {
      const compiled = lately.get(text) ?? compile(text, coordinates, options);
      lately.delete(text);
      lately.set(text, compiled);
      if (lately.size > most) lately.delete(lately.keys().next().value!);
      return compiled;
    },
  };
}
