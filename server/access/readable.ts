import { classNames, type Class } from './classes.ts';
import { cell, DENY, type CompiledPolicy } from './decisions.ts';
import { uses } from './uses.ts';

const known = new WeakMap<Uint8Array, readonly Class[]>();

/** The classes of which a table of decisions lets anything be read, of any object, in any way. */
export function readableClasses({ coordinates }: CompiledPolicy, table: Uint8Array): readonly Class[] {
  let readable = known.get(table);
  if (!readable) {
    const open = new Set(
      coordinates.classes.filter((_, coordinate) =>
        uses.some((use) => use !== 'mutate' && table[cell(coordinate, use)] !== DENY),
      ),
    );
    known.set(table, (readable = classNames.filter((name) => open.has(name))));
  }
  return readable;
}
