import type { Request, Response } from 'express';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { Context } from '../../../domain/context.ts';
import { AvalError } from '../../../shared/errors.ts';
import { route, streamRoute, type Route, type RouteAccess } from '../route.ts';

const file = '/mlflow-artifacts/artifacts/*path';
const read: RouteAccess = [['Run.artifactUri', 'select']];
const change: RouteAccess = [['Run.artifactUri', 'mutate']];

/** MLflow's artifact proxy: clients send files here when a run's artifact_uri begins with `mlflow-artifacts:`. */
export const artifactRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/mlflow-artifacts/artifacts',
    access: read,
    input: z.object({ path: z.string().max(4_096) }),
    async handle({ actor, services }, { path }) {
      const entries = await services.artifacts.list(actor, path.split('/'));
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

/** The path's names, each decoded once. */
const namesOf = (request: Request): string[] => request.params['path'] as unknown as string[];

async function download({ actor, services }: Context, request: Request, response: Response): Promise<void> {
  const { handle, size } = await services.artifacts.read(actor, namesOf(request));
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

async function upload({ actor, services }: Context, request: Request, response: Response): Promise<void> {
  try {
    await services.artifacts.write(actor, namesOf(request), request);
  } catch (error) {
    if (error instanceof AvalError || request.complete) throw error;
    throw new AvalError('BAD_INPUT', 'The upload broke off; nothing was kept.');
  }
  response.json({});
}

async function remove({ actor, services }: Context, request: Request, response: Response): Promise<void> {
  await services.artifacts.remove(actor, namesOf(request));
  response.json({});
}
