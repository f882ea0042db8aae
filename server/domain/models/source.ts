import type { Actor } from '../../access/actor.ts';
import { badInput, notFound } from '../../shared/errors.ts';
import { fromHex } from '../../shared/ids.ts';
import { digestOfFiles } from '../artifacts/manifest.read-model.ts';
import { inScope } from '../scope.ts';
import type { Tx } from '../store.ts';
import { versionNumber } from './registry.service.ts';
import { findNamedRun } from './said-run.ts';

/** What a version was made from, as far as Aval knows it. */
export interface Source {
  loggedModelKey: number | null;
  runId: string | null;
  /** Of its files as they are now; null when Aval keeps none of them. */
  digest: string | null;
  saidRun: string | null;
  /** Where the files of the version lie that this one is a copy of; null for one that is no copy. */
  storage: string | null;
}

interface Named {
  source: string;
  /** The run's id in the client's words. */
  runId?: string | undefined;
  loggedModelId?: string | undefined;
}

/**
 * The logged model and the run behind a source. Other stores' URIs name none, and so does a run that the project has not. NOT_FOUND for a
 * logged model or a version that is not there, BAD_INPUT for a path that leaves its store or lies on somebody's own disk.
 */
export async function resolveSource(tx: Tx, actor: Actor, projectId: string, named: Named): Promise<Source> {
  checkUri(named.source);
  const copied = await copiedVersion(tx, projectId, named.source);
  if (copied) return copied;
  const parts = ownParts(named.source);
  const run = await findNamedRun(tx, actor, projectId, named.runId || parts.find(isRunId));
  const loggedModelId = named.loggedModelId ?? modelIn(parts);
  const model = loggedModelId === undefined ? undefined : await loggedModel(tx, actor, projectId, loggedModelId);
  if (isLocal(named.source)) requireWithin(named.source, model?.artifact_uri ?? run.artifactUri);
  // words that only the source has are in the source
  const { runId, saidRun } = named.runId ? run : { runId: run.runId ?? model?.run_id ?? null, saidRun: null };
  const digest = await digestOf(tx, named.source, model?.key, run.runId);
  return { loggedModelKey: model?.key ?? null, runId, saidRun, digest, storage: null };
}

const isLocal = (source: string): boolean => !/^[a-z][\w+.-]+:/i.test(source) || /^file:/i.test(source);

const invalid = (source: string, sentence: string) =>
  badInput('source', `Invalid model version source: '${source.slice(0, 200)}'. ${sentence}`);

/** A client's own disk means something only where the run or the model leaves its files there. */
function requireWithin(source: string, place: string | null): void {
  const plain = (uri: string): string => uri.replace(/^file:\/*/i, '/').replace(/\/+$/, '');
  if (place !== null && isLocal(place) && `${plain(source)}/`.startsWith(`${plain(place)}/`)) return;
  throw invalid(
    source,
    'To use a local path as a model version source, the run_id request parameter has to be specified and the local path has to be ' +
      'contained within the artifact directory of the run specified by the run_id.',
  );
}

/** `..` would leave a store, however often it was encoded. */
function checkUri(source: string): void {
  let text = source;
  for (let round = 0; round < 8; round++) {
    const leaves = text.includes('\0') || text.split(/[/\\?#]/).some((name) => name === '..' || name === '.');
    if (leaves || round === 7) {
      throw invalid(
        source,
        'If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be ' +
          'provided without relative path references present. Please provide an absolute path.',
      );
    }
    const decoded = decode(text);
    if (decoded === text) return;
    text = decoded;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a plain percent sign
  }
}

/** Of the files of the logged model, or of the folder of the run that the source names: they must be that run's own. */
async function digestOf(
  tx: Tx,
  source: string,
  loggedModelKey: number | undefined,
  runId: string | null,
): Promise<string | null> {
  if (loggedModelKey !== undefined) return digestOfFiles(tx.db, { loggedModelKey });
  const parts = ownParts(source);
  const folder = folderOf(source.slice(0, source.indexOf(':')), parts);
  return runId === null || folder === undefined ? null : digestOfFiles(tx.db, { runId, folder });
}

/** Where among a run's files a source lies: `runs:/RUN/FOLDER`, or `mlflow-artifacts:/EXPERIMENT/RUN/artifacts/FOLDER`. */
function folderOf(scheme: string, parts: readonly string[]): string | undefined {
  const inside = { runs: parts.slice(1), 'mlflow-artifacts': parts.slice(3) }[scheme];
  return inside?.filter(Boolean).join('/');
}

/** The parts of a path that is Aval's own; none for other stores. */
function ownParts(source: string): string[] {
  const [, scheme = '', path = ''] = /^([a-z][\w+.-]*):\/*(.*)$/i.exec(source) ?? [];
  return ['models', 'runs', 'mlflow-artifacts'].includes(scheme) ? path.split('/') : [];
}

const isRunId = (part: string): boolean => fromHex(part) !== undefined;

/** The UUID of the first part that is a logged model's id. */
const modelIn = (parts: readonly string[]): string | undefined =>
  parts.map((part) => (part.startsWith('m-') ? fromHex(part.slice(2)) : undefined)).find((id) => id !== undefined);

async function loggedModel(tx: Tx, actor: Actor, projectId: string, id: string) {
  const row = await tx.db
    .selectFrom('logged_model')
    .innerJoin('asset', 'asset.key', 'logged_model.asset_key')
    .select(['asset.key', 'logged_model.run_id', 'logged_model.artifact_uri'])
    .where('asset.id', '=', id)
    .where('asset.project_id', '=', projectId)
    .where('logged_model.deleted_at', 'is', null)
    .where(inScope(actor, 'asset.project_id'))
    .executeTakeFirst();
  if (!row) throw notFound('The logged model', 'source');
  return row;
}

/** `models:/NAME/VERSION`: a copy of that version comes from what that one came from. */
async function copiedVersion(tx: Tx, projectId: string, source: string): Promise<Source | undefined> {
  const [, name, version] = /^models:\/+([^/]+)\/(\d+)$/.exec(source) ?? [];
  if (name === undefined) return undefined;
  const row = await tx.db
    .selectFrom('model_version')
    .innerJoin('model', 'model.asset_key', 'model_version.model_key')
    .select(['logged_model_key', 'run_id', 'said_run', 'digest', 'source', 'storage'])
    .where('model.project_id', '=', projectId)
    .where('model.name', '=', name)
    .where('model.deleted_at', 'is', null)
    .where('model_version.version', '=', versionNumber(version, 'source'))
    .where('model_version.deleted_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw notFound('The model version', 'source');
  return {
    loggedModelKey: row.logged_model_key,
    runId: row.run_id,
    saidRun: row.said_run,
    digest: row.digest,
    storage: row.storage ?? row.source,
  };
}
