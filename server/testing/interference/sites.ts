import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { buildReport } from '../../../reports/build.ts';
import type { Caller, World, Worlds } from './worlds.ts';

/** The files of an audit site, by path. */
type Site = ReadonlyMap<string, Buffer>;

/** Builds the audit site of both worlds as the role; throws when a file, its name or one byte of it tells them apart. Returns how many files there are. */
export async function requireAlikeSites(worlds: Worlds, role: Exclude<Caller, 'privileged'>): Promise<number> {
  const [one, other] = await bothBuilt(worlds, role);
  const path = apart(one, other);
  if (path === undefined) return one.size;
  throw new Error(`The site tells by ${path}:\n  one world:   ${aroundOf(one, other, path)}\n  other world: ${aroundOf(other, one, path)}`);
} // prettier-ignore

/** Whether the sites of who sees everything tell the worlds apart. */
export async function sitesApart(worlds: Worlds): Promise<boolean> {
  const [one, other] = await bothBuilt(worlds, 'privileged');
  return apart(one, other) !== undefined;
}

/** One after the other, for the generator holds one report at a time. */
async function bothBuilt({ pair: [one, other], tokens }: Worlds, caller: Caller): Promise<readonly [Site, Site]> {
  return [await built(one, tokens[caller], caller), await built(other, tokens[caller], caller)];
}

async function built(world: World, token: string, caller: Caller): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'aval-worlds-'));
  const role = caller === 'privileged' ? 'admin' : caller;
  try {
    const { outDir } = await buildReport({ url: world.url, token, role, outDir: join(folder, 'site'), now: () => world.moment });
    const entries = await readdir(outDir, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
    return new Map(await Promise.all(files.map(async (file) => [relative(outDir, file), await readFile(file)] as const)));
  } finally {
    await rm(folder, { recursive: true });
  }
} // prettier-ignore

/** The first path by which they differ. */
function apart(one: Site, other: Site): string | undefined {
  const paths = [...new Set([...one.keys(), ...other.keys()])].sort();
  return paths.find((path) => one.get(path)?.equals(other.get(path) ?? Buffer.from('nothing')) !== true);
}

function aroundOf(site: Site, other: Site, path: string): string {
  const [text, beside] = [site, other].map((of) => of.get(path)?.toString() ?? '(no such file)') as [string, string];
  let at = 0;
  while (at < text.length && text[at] === beside[at]) at++;
  return `...${text.slice(Math.max(0, at - 200), at + 200)}`;
}
