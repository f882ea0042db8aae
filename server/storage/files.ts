import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AvalError, badInput, notFound } from '../shared/errors.ts';

/** Names from the root down; each one plain, as `isPlainName` has it. */
export type FilePath = readonly string[];

export interface FileEntry {
  name: string;
  isFolder: boolean;
  /** Bytes; undefined for a folder. */
  size: number | undefined;
}

export interface OpenFile {
  handle: FileHandle;
  /** Bytes. */
  size: number;
}

export interface WrittenFile {
  bytes: number;
  /** Hex. */
  sha256: string;
}

/** True for a name that stays in its folder. */
export const isPlainName = (name: string): boolean =>
  name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name) && Buffer.byteLength(name) <= 255;

/** Files below one folder. No path leaves it: names are checked, and links are never followed. */
export function createFiles(root: string) {
  const uploads = join(root, '.uploads');

  function locate(path: FilePath): string {
    if (path.length === 0 || path[0] === '.uploads' || !path.every(isPlainName))
      throw badInput('path', 'This is not a path of a file.');
    return join(root, ...path);
  }

  /** Whoever can put a link below the root must not thereby reach beyond it. */
  async function refuseLinks(path: FilePath): Promise<void> {
    let at = root;
    for (const name of path) {
      at = join(at, name);
      const found = await lstat(at).catch(missing);
      if (!found) return;
      if (found.isSymbolicLink()) throw notFound('The file', 'path');
    }
  }

  return {
    /**
     * Takes the whole of `source`, then calls `commit`, in which `place` puts the file where it belongs, in one step. When the source
     * breaks off, is longer than `maxBytes`, or `commit` throws before `place`, nothing is left behind.
     */
    async write(
      path: FilePath,
      source: Readable,
      maxBytes: number,
      commit: (file: WrittenFile, place: () => Promise<void>) => Promise<void>,
    ): Promise<void> {
      const target = locate(path);
      await refuseLinks(path);
      await mkdir(uploads, { recursive: true });
      const partial = join(uploads, randomUUID());
      try {
        const written = await copy(source, partial, maxBytes);
        await commit(written, async () => {
          await mkdir(dirname(target), { recursive: true }).catch(clash);
          await rename(partial, target).catch(clash);
        });
      } finally {
        await rm(partial, { force: true });
      }
    },

    /** NOT_FOUND unless it is a file. The caller closes the handle, or its stream does. */
    async read(path: FilePath): Promise<OpenFile> {
      const target = locate(path);
      await refuseLinks(path);
      const handle = await open(target, constants.O_RDONLY | constants.O_NOFOLLOW).catch(missing);
      if (!handle) throw notFound('The file', 'path');
      const found = await handle.stat();
      if (found.isFile()) return { handle, size: found.size };
      await handle.close();
      throw notFound('The file', 'path');
    },

    /** What is in a folder, by name; nothing when there is no such folder. */
    async list(path: FilePath): Promise<FileEntry[]> {
      const folder = locate(path);
      await refuseLinks(path);
      const found = (await readdir(folder, { withFileTypes: true }).catch(missing)) ?? [];
      const kept = found.filter((entry) => entry.isFile() || entry.isDirectory());
      const entries = await Promise.all(
        kept.map(async (entry) => ({
          name: entry.name,
          isFolder: entry.isDirectory(),
          size: entry.isFile() ? (await lstat(join(folder, entry.name))).size : undefined,
        })),
      );
      return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    },

    /** Removes a file, or a folder with all in it. NOT_FOUND when there is neither. */
    async remove(path: FilePath): Promise<void> {
      const target = locate(path);
      await refuseLinks(path);
      if (!(await lstat(target).catch(missing))) throw notFound('The file', 'path');
      await rm(target, { recursive: true });
    },
  };
}

export type Files = ReturnType<typeof createFiles>;

async function copy(source: Readable, to: string, maxBytes: number): Promise<WrittenFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  const handle = await open(to, 'wx');
  try {
    await pipeline(
      source,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > maxBytes) throw new AvalError('PAYLOAD_TOO_LARGE', 'The file is too large.', { field: 'body' });
          hash.update(chunk);
          yield chunk;
        }
      },
      handle.createWriteStream({ flush: true }),
    );
  } finally {
    await handle.close().catch(() => {}); // the stream closes it when all went well
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Undefined for what is not there; other failures stay failures. */
function missing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'ELOOP') return undefined;
  throw error;
}

/** A file where a folder should be, or the other way round. */
function clash(error: NodeJS.ErrnoException): never {
  if (['EEXIST', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY'].includes(error.code ?? '')) {
    throw badInput('path', 'A file and a folder cannot have the same path.');
  }
  throw error;
}
