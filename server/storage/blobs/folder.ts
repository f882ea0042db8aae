import { randomUUID } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { lstat, mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  bytesGone,
  idleHours,
  inOrder,
  measure,
  nameOf,
  noPart,
  noUpload,
  uploadsFolder,
  type Blob,
  type Blobs,
  type Limits,
} from './blobs.ts';

/** Blobs in a folder, which any number of processes may share. */
export async function openFolder(folder: string): Promise<Blobs> {
  await mkdir(join(folder, uploadsFolder), { recursive: true });
  const root = await realpath(folder);
  const uploads = join(root, uploadsFolder);

  /** Writes all of it to a file of its own; the caller moves or removes that. */
  async function take(source: Readable, to: string, limits: Limits): Promise<Blob> {
    const measured = measure(limits);
    const handle = await open(to, 'wx');
    try {
      await pipeline(source, measured.pass, handle.createWriteStream({ flush: true }));
      return measured.end();
    } catch (error) {
      await rm(to, { force: true });
      throw error;
    } finally {
      await handle.close().catch(() => {}); // the stream closes it when all went well
    }
  }

  /** Puts a finished file where its digest says, in one step. A whole blob that is there already stays. */
  async function place(blob: Blob, from: string): Promise<void> {
    const target = join(root, nameOf(blob));
    try {
      await mkdir(dirname(target), { recursive: true });
      await refuseLinks(target);
      const there = await lstat(target).catch(missing);
      if (there?.isFile() && there.size === blob.bytes) return;
      await rename(from, target);
      await flushFolder(dirname(target));
    } finally {
      await rm(from, { force: true });
    }
  }

  /** Whoever can put a link below the root must not thereby reach beyond it. */
  async function refuseLinks(target: string): Promise<void> {
    if ((await realpath(dirname(target)).catch(missing)) !== dirname(target)) throw bytesGone();
  }

  async function put(source: Readable, limits: Limits): Promise<Blob> {
    const partial = join(uploads, randomUUID());
    const blob = await take(source, partial, limits);
    await place(blob, partial);
    return blob;
  }

  const folderOf = async (upload: string): Promise<string> => {
    const found = join(uploads, `${upload}.parts`);
    if (!(await lstat(found).catch(missing))?.isDirectory()) throw noUpload();
    return found;
  };

  return {
    put,

    async read(blob, range) {
      const target = join(root, nameOf(blob));
      await refuseLinks(target);
      const handle = await open(target, constants.O_RDONLY | constants.O_NOFOLLOW).catch(missing);
      if (!handle) throw bytesGone();
      const found = await handle.stat();
      if (found.isFile() && found.size === blob.bytes) return handle.createReadStream({ ...range });
      await handle.close();
      throw bytesGone();
    },

    link: () => Promise.resolve(undefined),

    parts: {
      by: 'put',

      async begin() {
        const upload = randomUUID();
        await mkdir(join(uploads, `${upload}.parts`));
        return upload;
      },

      // a part is named by its number and digest: sent again it is the same file, or one beside it
      async put(upload, number, source, maxBytes) {
        const folder = await folderOf(upload);
        const partial = join(folder, randomUUID());
        const { sha256 } = await take(source, partial, { maxBytes });
        await rename(partial, join(folder, `${number}.${sha256}`)).catch((error: NodeJS.ErrnoException) => {
          throw error.code === 'ENOENT' ? noUpload() : error; // it ended meanwhile
        });
        return sha256;
      },

      async complete(upload, parts, limits) {
        const folder = await folderOf(upload);
        const there = new Set(await readdir(folder));
        const files = inOrder(parts).map(({ number, etag }) => {
          const name = `${number}.${etag}`;
          if (!there.has(name)) throw noPart(number);
          return join(folder, name);
        });
        const blob = await put(Readable.from(joined(files)), limits);
        await rm(folder, { recursive: true, force: true });
        return blob;
      },

      abort: (upload) => rm(join(uploads, `${upload}.parts`), { recursive: true, force: true }),
    },

    async sweep(now) {
      const found = await readdir(uploads, { withFileTypes: true });
      const swept = await Promise.all(
        found.map(async (entry) => {
          const path = join(uploads, entry.name);
          const hours = entry.isDirectory() ? idleHours.parts : idleHours.upload;
          const { mtimeMs } = (await stat(path).catch(missing)) ?? { mtimeMs: Infinity };
          if (mtimeMs > now.getTime() - hours * 3_600_000) return 0;
          await rm(path, { recursive: true, force: true });
          return 1;
        }),
      );
      return swept.reduce<number>((sum, n) => sum + n, 0);
    },

    async clear() {
      const names = await readdir(root);
      await Promise.all(names.map((name) => rm(join(root, name), { recursive: true, force: true })));
      await mkdir(uploads, { recursive: true });
    },
  };
}

/** One file after the other. */
async function* joined(files: readonly string[]): AsyncGenerator<Buffer> {
  for (const file of files) yield* createReadStream(file) as AsyncIterable<Buffer>;
}

/** Makes a new name in it survive a power cut, as `flush` does for the bytes. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Undefined for what is not there; other failures stay failures. */
function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP') return undefined;
  throw error;
}
