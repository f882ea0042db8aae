import { z } from 'zod';
import {
  placeIn,
  placeInProxy,
  plainPath,
  type ArtifactOwner,
  type ArtifactPlace,
} from '../../../domain/artifacts/artifact-path.ts';
import { artifactsIn } from '../../../domain/artifacts/artifact.read-model.ts';
import type { Context } from '../../../domain/context.ts';
import { loggedModelById } from '../../../domain/models/models.loader.ts';
import { downloadUri, versionByNumber } from '../../../domain/models/models.read-model.ts';
import { AvalError, badInput, notFound } from '../../../shared/errors.ts';
import { loggedModelId, ofRun, optionalText, requiredText, runId } from '../fields.ts';
import { route, streamRoute, type Method, type Route, type RouteAccess } from '../route.ts';
import { requireRun } from '../run-message.ts';
import { sendArtifact, takeArtifact } from '../transfer.ts';
import { refOf, version } from './registered-models.ts';

const ofRuns = 'Run.artifactUri';
const ofModels = 'LoggedModel.artifactUri';
const read: RouteAccess = [[ofRuns, 'select']];
const change: RouteAccess = [[ofRuns, 'mutate']];

const [maxPath, maxId] = [4_096, 64];

/** A path of the proxy, in the names that Express decoded. */
const proxied = z.object({ path: z.array(z.string()).transform(placeInProxy) });

/** MLflow's list of a folder; names are below `base`. */
async function filesIn(context: Context, place: ArtifactPlace, base: string): Promise<object[]> {
  const entries = await artifactsIn(context, place);
  return entries.map(({ name, isFolder, bytes }) => ({
    path: base === '' ? name : `${base}/${name}`,
    is_dir: isFolder,
    ...(bytes !== undefined && { file_size: bytes }),
  }));
}

async function listOf(context: Context, owner: ArtifactOwner, path: string, rootUri: string | null): Promise<object> {
  const place = placeIn(owner, path);
  return { root_uri: rootUri ?? '', files: await filesIn(context, place, place.path) };
}

const proxyRoute = (method: Method, access: RouteAccess, handle: Parameters<typeof streamRoute<typeof proxied>>[0]['handle']): Route =>
  streamRoute({ method, path: '/mlflow-artifacts/artifacts/*path', access, input: proxied, handle }); // prettier-ignore

/** Files, in all the ways in which MLflow's clients and pages ask for them. The proxy is for URIs that begin with `mlflow-artifacts:`. */
export const artifactRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/mlflow-artifacts/artifacts',
    access: read,
    input: z.object({ path: z.string().max(maxPath).transform((path) => placeInProxy(path.split('/'))) }), // prettier-ignore
    handle: async (context, { path }) => ({ files: await filesIn(context, path, '') }),
  }),
  proxyRoute('GET', read, (context, { path }, exchange) => sendArtifact(context, path, exchange)),
  proxyRoute('PUT', change, async (context, { path }, exchange) => {
    await takeArtifact(context, path, exchange);
    exchange.response.json({});
  }),
  proxyRoute('DELETE', change, async (context, { path }, { response }) => {
    await context.services.artifacts.remove(context.actor, path);
    response.json({});
  }),
  streamRoute({
    method: 'POST',
    path: '/mlflow/upload-artifact',
    access: change,
    input: z.object({ run_uuid: optionalText(maxId), path: optionalText(maxPath) }),
    async handle(context, { run_uuid: id, path }, exchange) {
      if (id === '') throw badInput('run_uuid', 'Request must specify run_uuid.');
      if (path === '') throw badInput('path', 'Request must specify path.');
      const { uuid } = await requireRun(context, runId.parse(id));
      const place = placeIn({ kind: 'Run', id: uuid }, path);
      const { 'content-length': length = '0', 'transfer-encoding': chunked } = exchange.request.headers;
      if (length === '0' && chunked === undefined) throw badInput('body', 'Request must specify data.');
      await takeArtifact(context, place, exchange);
      exchange.response.json({});
    },
  }),
  route({
    method: 'GET',
    path: '/mlflow/artifacts/list',
    access: read,
    input: ofRun({ path: optionalText(maxPath) }),
    async handle(context, { run_id: id, path }) {
      const run = await requireRun(context, id);
      return listOf(context, { kind: 'Run', id }, path, run.artifactUri);
    },
  }),
  route({
    method: 'GET',
    path: '/mlflow/logged-models/:model_id/artifacts/directories',
    access: [[ofModels, 'select']],
    input: z.object({ model_id: loggedModelId, artifact_directory_path: optionalText(maxPath) }),
    async handle(context, { model_id: id, artifact_directory_path: path }) {
      const model = await context.loader(loggedModelById).load(id);
      if (!model) throw notFound('The logged model', 'model_id');
      return listOf(context, { kind: 'LoggedModel', id }, path, model.artifactUri);
    },
  }),
  streamRoute({
    method: 'GET',
    path: '/mlflow/logged-models/:model_id/artifacts/files',
    access: [[ofModels, 'select']],
    input: z.object({ model_id: loggedModelId, artifact_file_path: requiredText(maxPath) }),
    handle: (context, { model_id: id, artifact_file_path: path }, exchange) =>
      sendArtifact(context, placeIn({ kind: 'LoggedModel', id }, path), exchange),
  }),
  streamRoute({
    method: 'GET',
    path: '/get-artifact',
    at: 'root',
    access: read,
    input: ofRun({ path: requiredText(maxPath) }),
    handle: (context, { run_id: id, path }, exchange) =>
      sendArtifact(context, placeIn({ kind: 'Run', id }, path), exchange),
  }),
  streamRoute({
    method: 'GET',
    path: '/model-versions/get-artifact',
    at: 'root',
    access: [[ofModels, 'select']],
    input: z.object({ name: requiredText(256), version, path: requiredText(maxPath).transform(plainPath) }),
    async handle(context, input, exchange) {
      const found = await versionByNumber(context, { ...refOf(context, input.name), version: input.version });
      const uri = await downloadUri(context, found);
      const [, folder] = /^mlflow-artifacts:\/*(.+)$/.exec(uri) ?? [];
      if (folder === undefined) {
        throw new AvalError('NOT_FOUND', 'The files of this version are in another store.', { field: 'version' });
      }
      const { owner, path } = placeInProxy(`${folder}/${input.path}`.split('/'));
      await sendArtifact(context, { owner, path }, exchange);
    },
  }),
];
