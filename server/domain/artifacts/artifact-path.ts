import { badInput } from '../../shared/errors.ts';
import { fromHex } from '../../shared/ids.ts';

/** Whose files they are. */
export interface ArtifactOwner {
  kind: 'Run' | 'LoggedModel';
  id: string;
}

export interface ArtifactPlace {
  owner: ArtifactOwner;
  /** Below the owner, names joined by slashes; empty for all of it. */
  path: string;
  /** The number of the owner's experiment, where the place was asked for with it. */
  experiment?: bigint;
}

/** Bytes: what S3 takes for a key, and what fits into an index. */
const maxPath = 1_000;

/**
 * Reads a path of the artifact proxy, given in its decoded names: `1/RUN/artifacts/...`, or `1/models/m-MODEL/artifacts/...`. BAD_INPUT
 * for one that would leave its place, however often it was encoded, and for one that belongs to no run or logged model.
 */
export function placeInProxy(names: readonly string[]): ArtifactPlace {
  const [experiment = '', second = '', third = ''] = names;
  const model = second === 'models' && third.startsWith('m-') ? fromHex(third.slice(2)) : undefined;
  const run = fromHex(second);
  const owner = model ? ({ kind: 'LoggedModel', id: model } as const) : run && ({ kind: 'Run', id: run } as const);
  const root = model ? 3 : 2;
  if (!owner || names[root] !== 'artifacts' || !/^\d{1,18}$/.test(experiment)) {
    throw badInput(
      'path',
      'Invalid path: it must begin like EXPERIMENT/RUN/artifacts or EXPERIMENT/models/MODEL/artifacts.',
    );
  }
  return { owner, path: pathOf(names.slice(root + 1)), experiment: BigInt(experiment) };
}

/** A path below an owner, as a client names it: `model/MLmodel`; empty for all of it. */
export const placeIn = (owner: ArtifactOwner, path: string): ArtifactPlace => ({
  owner,
  path: plainPath(path),
});

/** The same, of an owner that is yet to be found. */
export const plainPath = (path: string): string => (path === '' ? '' : pathOf(path.split('/')));

function pathOf(names: readonly string[]): string {
  const trimmed = names.at(-1) === '' ? names.slice(0, -1) : names; // a folder may end in a slash
  if (!trimmed.every(staysPlain)) throw badInput('path', 'Invalid path'); // MLflow's words, to the letter
  const path = trimmed.join('/');
  if (Buffer.byteLength(path) > maxPath) throw badInput('path', `Invalid path: at most ${maxPath} bytes.`);
  return path;
}

/** Plain as it stands, and however often a proxy or a file system might decode it again. */
function staysPlain(name: string): boolean {
  let text = name;
  for (let round = 0; round < 5; round++) {
    if (!isPlainName(text)) return false;
    const decoded = decode(text);
    if (decoded === text) return true;
    text = decoded;
  }
  return false;
}

const isPlainName = (name: string): boolean =>
  name !== '' && name !== '.' && name !== '..' && !/[/\\\p{Cc}]/u.test(name) && name.isWellFormed();

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a plain percent sign, as in `50%.png`
  }
}
