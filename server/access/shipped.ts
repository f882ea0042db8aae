import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'policies');

/** The policy that ships, as one text: version 1 until an organisation writes its own. */
export function shippedPolicy(): string {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cedar'))
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
}
