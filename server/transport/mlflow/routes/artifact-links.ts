import { z } from 'zod';
import { placeIn, placeInProxy, type ArtifactPlace } from '../../../domain/artifacts/artifact-path.ts';
import { artifactAt } from '../../../domain/artifacts/artifact.read-model.ts';
import type { Context } from '../../../domain/context.ts';
import { badInput } from '../../../shared/errors.ts';
import { int64, list, loggedModelId, requiredText, runId } from '../fields.ts';
import { route, ticketRoute, type Route, type RouteAccess } from '../route.ts';
import { sendBlob, takeArtifact, takeBody } from '../transfer.ts';

// For clients that send no token with a file's bytes: multipart uploads, and links. MLflow's client takes these ways when
// MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD or _DOWNLOAD is set.

const read: RouteAccess = [['Run.artifactUri', 'select']];
const change: RouteAccess = [['Run.artifactUri', 'mutate']];

/** Seconds that a link holds unless the client says how many. */
const fewMinutes = 900;

const tickets = '/mlflow-artifacts/tickets/:ticket';
const addressOfTicket = (address: string, secret: string): string => `${address}/mlflow-artifacts/tickets/${secret}`;

const maxPath = 4_096;
const expiration = int64.default(BigInt(fewMinutes)).transform(Number);

/** The file of a multipart upload: the folder is in the address, and the body has the path on the client's machine. */
const ofUpload = { folder: z.array(z.string()), path: requiredText(maxPath) };

function placeOf({ folder, path }: { folder: string[]; path: string }): ArtifactPlace {
  const name = path.split(/[/\\]/).at(-1)!;
  if (name === '') throw badInput('path', 'Invalid path: a file needs a name.');
  return placeInProxy([...folder.filter((each) => each !== ''), name]);
}

async function linkTo(
  { actor, services, ...context }: Context,
  place: ArtifactPlace,
  seconds: number,
  address: string,
): Promise<{ url: string; bytes: number }> {
  const blob = await artifactAt({ actor, store: context.store }, place);
  const asked = { place, blob, seconds };
  const url = await services.artifacts.link(actor, asked, (secret) => addressOfTicket(address, secret));
  return { url, bytes: blob.bytes };
}

export const artifactLinkRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/mlflow-artifacts/mpu/create/*folder',
    access: change,
    input: z.object({ ...ofUpload, num_parts: int64.default(1n).transform(Number) }),
    async handle({ actor, services }, { num_parts: count, ...named }, address) {
      const { id, urls } = await services.artifacts.multipart.begin(
        actor,
        placeOf(named),
        count,
        (secret, number) => `${addressOfTicket(address, secret)}/parts/${number}`,
      );
      return {
        upload_id: id,
        credentials: urls.map((url, i) => ({ url, part_number: i + 1, headers: {} })),
      };
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow-artifacts/mpu/complete/*folder',
    access: change,
    input: z.object({
      ...ofUpload,
      upload_id: requiredText(200),
      parts: list(z.object({ part_number: int64.transform(Number), etag: requiredText(200) }), 10_000),
    }),
    async handle({ actor, services }, { upload_id: id, parts, ...named }) {
      const sent = parts.map(({ part_number: number, etag }) => ({ number, etag }));
      await services.artifacts.multipart.complete(actor, placeOf(named), id, sent);
      return {};
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow-artifacts/mpu/abort/*folder',
    access: change,
    input: z.object({ ...ofUpload, upload_id: requiredText(200) }),
    async handle({ actor, services }, { upload_id: id, ...named }) {
      await services.artifacts.multipart.abort(actor, placeOf(named), id);
      return {};
    },
  }),
  route({
    method: 'GET',
    path: '/mlflow-artifacts/presigned/*path',
    access: read,
    input: z.object({ path: z.array(z.string()).transform(placeInProxy) }),
    async handle(context, { path }, address) {
      const { url, bytes } = await linkTo(context, path, fewMinutes, address);
      return { url, headers: {}, file_size: bytes };
    },
  }),
  route({
    method: 'POST',
    path: '/mlflow/artifacts/presigned-download-url',
    access: read,
    input: z.object({ run_id: runId, path: requiredText(maxPath), expiration }),
    async handle(context, { run_id: id, path, expiration: seconds }, address) {
      const { url, bytes } = await linkTo(context, placeIn({ kind: 'Run', id }, path), seconds, address);
      return { presigned_url: url, headers: {}, file_size: bytes };
    },
  }),
  // always through us: only what passes here is measured, and gets a path
  route({
    method: 'POST',
    path: '/mlflow/artifacts/presigned-upload-url',
    access: [...change, ['LoggedModel.artifactUri', 'mutate']],
    input: z.object({
      run_id: z.union([z.literal('').transform(() => undefined), runId]).optional(),
      model_id: z.union([z.literal('').transform(() => undefined), loggedModelId]).optional(),
      path: requiredText(maxPath),
      expiration,
    }),
    async handle({ actor, services }, { run_id, model_id, path, expiration: seconds }, address) {
      const id = run_id ?? model_id;
      if (id === undefined || (run_id !== undefined && model_id !== undefined)) {
        throw badInput('run_id', 'Exactly one of run_id and model_id must be provided.');
      }
      const place = placeIn({ kind: run_id === undefined ? 'LoggedModel' : 'Run', id }, path);
      const { secret } = await services.artifacts.tickets.issue(actor, { use: 'write', place, seconds });
      return { presigned_url: addressOfTicket(address, secret), headers: {} };
    },
  }),
  ticketRoute({
    method: 'GET',
    path: tickets,
    use: 'read',
    access: read,
    handle: (context, { place, blob }, exchange) => sendBlob(context, place, blob!, exchange),
  }),
  ticketRoute({
    method: 'PUT',
    path: tickets,
    use: 'write',
    access: change,
    async handle(context, { place }, exchange) {
      await takeArtifact(context, place, exchange);
      exchange.response.json({});
    },
  }),
  ticketRoute({
    method: 'PUT',
    path: `${tickets}/parts/:number`,
    use: 'parts',
    access: change,
    async handle({ services }, ticket, { request, response }) {
      const number = Number(request.params['number']);
      if (!Number.isInteger(number)) throw badInput('number', 'A part has a whole number.');
      const etag = await takeBody(request, () => services.artifacts.multipart.put(ticket, number, request));
      response.set('etag', `"${etag}"`).json({});
    },
  }),
];
