import type { Request, Response } from 'express';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { Context } from '../../../domain/context.ts';
import { findExperiment } from '../../../domain/experiments/experiment.read-model.ts';
import { runById } from '../../../domain/experiments/run.read-model.ts';
import { AvalError, notFound } from '../../../shared/errors.ts';
import { createFiles, type FilePath, type Files } from '../../../storage/files.ts';
import { parseArtifactPath, type ArtifactPath } from '../artifact-path.ts';
import { route, streamRoute, type Route, type RouteAccess } from '../route.ts';
import { belongsTo } from '../../../domain/assets/asset.read-model.ts';

const maxFile = 5 * 1024 ** 3;
const file = '/mlflow-artifacts/artifacts/*path';
const read: RouteAccess = [['Run.artifactUri', 'select']];
const change: RouteAccess = [['Run.artifactUri', 'mutate']];

/**
 * MLflow's artifact proxy over a local folder: clients send files here when a run's artifact_uri begins with `mlflow-artifacts:`.
 * Projects are kept apart: each has a folder of its own, and a path counts only where its experiment, run or model is.
 */
export function artifactRoutes(folder: string | undefined): readonly Route[] {
  const files = folder === undefined ? undefined : createFiles(folder);
  const store = (): Files => {
    if (files) return files;
    throw new AvalError('NOT_IMPLEMENTED', 'This server keeps no artifacts.', {
      remedy: 'Give experiments an artifact_location of their own.',
    });
  };

  return [
    route({
      method: 'GET',
      path: '/mlflow-artifacts/artifacts',
      access: read,
      input: z.object({ path: z.string().max(4_096) }),
      async handle(context, { path }) {
        const { place } = await locate(context, path.split('/'));
        const entries = await store().list(place);
        return {
          files: entries.map(({ name, isFolder, size }) => ({
            path: name,
            is_dir: isFolder,
            ...(size !== undefined && { file_size: size }),
          })),
        };
      },
    }),
    streamRoute({ method: 'GET', path: file, access: read, stream: download }),
    streamRoute({ method: 'PUT', path: file, access: change, stream: upload }),
    streamRoute({ method: 'DELETE', path: file, access: change, stream: remove }),
  ];

  async function download(context: Context, request: Request, response: Response): Promise<void> {
    const { place } = await locate(context, namesOf(request));
    const { handle, size } = await store().read(place);
    response.set({
      'content-type': 'application/octet-stream',
      'content-length': String(size),
      // a stored page must not run in Aval's own origin
      'content-disposition': 'attachment',
      'x-content-type-options': 'nosniff',
    });
    await pipeline(handle.createReadStream(), response).catch((error: unknown) => {
      if (!response.destroyed) throw error; // else the client left
    });
  }

  async function upload(context: Context, request: Request, response: Response): Promise<void> {
    const { place, path } = await locate(context, namesOf(request));
    const { actor, store: database } = context;
    try {
      await store().write(place, request, maxFile, (written, put) =>
        database.write(actor, async (tx) => {
          tx.record(event('artifact.written', actor.defaultProjectId, path, { ...written }));
          await put();
        }),
      );
    } catch (error) {
      if (request.complete) throw error;
      throw new AvalError('BAD_INPUT', 'The upload broke off; nothing was kept.');
    }
    response.json({});
  }

  async function remove(context: Context, request: Request, response: Response): Promise<void> {
    const { place, path } = await locate(context, namesOf(request));
    await context.store.write(context.actor, async (tx) => {
      tx.record(event('artifact.deleted', context.actor.defaultProjectId, path, {}));
      await store().remove(place);
    });
    response.json({});
  }
}

const namesOf = (request: Request): string[] => request.params['path'] as unknown as string[];

const event = (
  action: string,
  projectId: string,
  { owner, names }: ArtifactPath,
  details: Record<string, string | number>,
) => ({
  action,
  subject: owner,
  projectId,
  details: { path: names.join('/'), ...details },
});

/** Where the file is, once its experiment and its run or model are known to be in the caller's project. */
async function locate(context: Context, names: readonly string[]): Promise<{ place: FilePath; path: ArtifactPath }> {
  const path = parseArtifactPath(names);
  const { owner } = path;
  const { defaultProjectId } = context.actor;
  const [experiment, known] = await Promise.all([
    findExperiment(context, { number: path.experiment }),
    owner.kind === 'Run'
      ? context.loader(runById).load(owner.id)
      : belongsTo(context, owner.id, 'LOGGED_MODEL', defaultProjectId),
  ]);
  const inExperiment = owner.kind !== 'Run' || (typeof known === 'object' && known?.experimentId === experiment?.uuid);
  if (!experiment || !known || !inExperiment) throw notFound('The artifact', 'path');
  return { place: [defaultProjectId, ...path.names], path };
}
