import { badInput } from '../../shared/errors.ts';
import { fromHex } from '../../shared/ids.ts';
import { isPlainName } from '../../storage/files.ts';

/** Whose file a path names: `1/<run>/artifacts/...`, or `1/models/m-<hex>/artifacts/...` for a logged model. */
export interface ArtifactPath {
  experiment: bigint;
  owner: { kind: 'Run' | 'LoggedModel'; id: string };
  /** All names of the path. */
  names: string[];
}

/**
 * Reads a path of the artifact proxy, given in its decoded names. BAD_INPUT for one that would leave its place, however often it was
 * encoded, and for one that belongs to no run or logged model.
 */
export function parseArtifactPath(names: readonly string[]): ArtifactPath {
  const trimmed = names.at(-1) === '' ? names.slice(0, -1) : [...names]; // a folder may end in a slash
  if (trimmed.length > 64 || !trimmed.every(staysPlain))
    throw badInput('path', 'Invalid path: it must stay below its run.');
  const [experiment = '', second = '', third = ''] = trimmed;
  const model = second === 'models' && third.startsWith('m-') ? fromHex(third.slice(2)) : undefined;
  const run = fromHex(second);
  const owner = model ? ({ kind: 'LoggedModel', id: model } as const) : run && ({ kind: 'Run', id: run } as const);
  const inside = trimmed[model ? 3 : 2] === 'artifacts';
  if (!owner || !inside || !/^\d{1,18}$/.test(experiment)) {
    throw badInput(
      'path',
      'Invalid path: it must begin like EXPERIMENT/RUN/artifacts or EXPERIMENT/models/MODEL/artifacts.',
    );
  }
  return { experiment: BigInt(experiment), owner, names: trimmed };
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

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a plain percent sign, as in `50%.png`
  }
}
