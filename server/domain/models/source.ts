import type { Actor } from '../../access/actor.ts';
import { badInput, notFound } from '../../shared/errors.ts';
import { fromHex } from '../../shared/ids.ts';
import { digestOfFiles } from '../artifacts/manifest.read-model.ts';
import { inScope } from '../scope.ts';
import type { Tx } from '../store.ts';
import { requireRun } from './logged-model.service.ts';
import { versionNumber } from './registry.service.ts';

/** What a version was made from, as far as Aval knows it. */
export interface Source {
  loggedModelKey: number | null;
  runId: string | null;
  /** Of its files as they are now; null when Aval keeps none of them. */
  digest: string | null;
}

interface Named {
  source: string;
  runId?: string | undefined;
  loggedModelId?: string | undefined;
}

/** The logged model and the run behind a source. NOT_FOUND when it names one that is not there; other stores' URIs name none. */
export async function resolveSource(tx: Tx, actor: Actor, projectId: string, named: Named): Promise<Source> {
  checkUri(named.source);
  const copied = await copiedVersion(tx, projectId, named.source);
  if (copied) return copied;
  const [, scheme = '', path = ''] = /^([a-z][\w+.-]*):\/*(.*)$/i.exec(named.source) ?? [];
  const parts = ['models', 'runs', 'mlflow-artifacts'].includes(scheme) ? path.split('/') : [];
  const loggedModelId = named.loggedModelId ?? firstId(parts, 'm-');
  if (loggedModelId !== undefined) return loggedModel(tx, actor, projectId, loggedModelId, named.runId);
  const runId = named.runId ?? firstId(parts, '');
  if (runId === undefined) return { loggedModelKey: null, runId: null, digest: null };
  await requireRun(tx, actor, projectId, runId, named.runId === undefined ? 'source' : 'run_id');
  const folder = folderOf(scheme, parts);
  const digest = folder === undefined ? null : await digestOfFiles(tx.db, { runId, folder });
  return { loggedModelKey: null, runId, digest };
}

/** Another machine's paths mean nothing here, and `..` would leave a store. */
function checkUri(source: string): void {
  if (!/^[a-z][\w+.-]*:/i.test(source) || source.length > 2_000 || /(^|[/\\])\.\.([/\\]|$)/.test(source)) {
    throw badInput('source', 'The source of a version is a URI, such as `models:/m-...` or `runs:/RUN_ID/model`.');
  }
}

/** The first part that is an id: 32 hex digits after that prefix. */
function firstId(parts: readonly string[], prefix: string): string | undefined {
  for (const part of parts) {
    const id = part.startsWith(prefix) ? fromHex(part.slice(prefix.length)) : undefined;
    if (id !== undefined) return id;
  }
  return undefined;
}

/** Where among a run's files a source lies: `runs:/RUN/FOLDER`, or `mlflow-artifacts:/EXPERIMENT/RUN/artifacts/FOLDER`. */
function folderOf(scheme: string, parts: readonly string[]): string | undefined {
  const inside = { runs: parts.slice(1), 'mlflow-artifacts': parts.slice(3) }[scheme];
  return inside?.filter(Boolean).join('/');
}

async function loggedModel(
  tx: Tx,
  actor: Actor,
  projectId: string,
  id: string,
  runId: string | undefined,
): Promise<Source> {
  const row = await tx.db
    .selectFrom('logged_model')
    .innerJoin('asset', 'asset.key', 'logged_model.asset_key')
    .select(['asset.key', 'logged_model.run_id'])
    .where('asset.id', '=', id)
    .where('asset.project_id', '=', projectId)
    .where('logged_model.deleted_at', 'is', null)
    .where(inScope(actor, 'asset.project_id'))
    .executeTakeFirst();
  if (!row) throw notFound('The logged model', 'source');
  if (runId !== undefined) await requireRun(tx, actor, projectId, runId, 'run_id');
  const digest = await digestOfFiles(tx.db, { loggedModelKey: row.key });
  return { loggedModelKey: row.key, runId: runId ?? row.run_id, digest };
}

/** `models:/NAME/VERSION`: a copy of that version comes from what that one came from. */
async function copiedVersion(tx: Tx, projectId: string, source: string): Promise<Source | undefined> {
  const [, name, version] = /^models:\/+([^/]+)\/(\d+)$/.exec(source) ?? [];
  if (name === undefined) return undefined;
  const row = await tx.db
    .selectFrom('model_version')
    .innerJoin('model', 'model.asset_key', 'model_version.model_key')
    .select(['model_version.logged_model_key', 'model_version.run_id', 'model_version.digest'])
    .where('model.project_id', '=', projectId)
    .where('model.name', '=', name)
    .where('model_version.version', '=', versionNumber(version, 'source'))
    .executeTakeFirst();
  if (!row) throw notFound('The model version', 'source');
  return { loggedModelKey: row.logged_model_key, runId: row.run_id, digest: row.digest };
}
