import { createServer, type IncomingMessage, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { encodeBody } from './body.ts';
import type { Entry, Json } from './entry.ts';

/** Headers that belong to one hop, or that would make the target answer in a form we could not read. */
const NOT_FORWARDED = new Set(['host', 'connection', 'content-length', 'accept-encoding', 'transfer-encoding']);

export interface Proxy {
  server: Server;
  /** In the order in which requests arrived. */
  entries: () => Entry[];
  clients: () => string[];
}

export interface ProxyOptions {
  target: string;
  /** Answer OpenLineage events here, with 201, for a target that does not speak OpenLineage. */
  lineageSink: boolean;
}

export function recordingProxy({ target, lineageSink }: ProxyOptions): Proxy {
  const slots: (Entry | undefined)[] = [];
  const clients = new Set<string>();

  const server = createServer((request, response) => {
    const slot = slots.push(undefined) - 1;
    relay(request)
      .then(({ entry, status, type, bytes }) => {
        slots[slot] = entry;
        response.writeHead(status, type === undefined ? {} : { 'content-type': type }).end(bytes);
      })
      .catch((error: unknown) => {
        process.stderr.write(`${request.method} ${request.url}: ${String(error)}\n`);
        response.writeHead(502).end();
      });
  });

  async function relay(request: IncomingMessage) {
    const { method = 'GET', url: path = '/' } = request;
    const body = await buffer(request);
    if (request.headers['user-agent']) clients.add(request.headers['user-agent']);
    const answer =
      lineageSink && path.startsWith('/api/v1/lineage')
        ? { status: 201, type: undefined, bytes: Buffer.alloc(0) }
        : await forward(request, body);
    const type = request.headers['content-type'];
    const entry: Entry = {
      request: {
        method,
        path,
        ...(type === undefined ? {} : { type }),
        body: encodeBody(body, type, request.headers['content-encoding']),
      },
      response: { status: answer.status },
    };
    if (answer.type?.includes('json') && isApi(path)) entry.response.json = JSON.parse(answer.bytes.toString()) as Json;
    return { entry, ...answer };
  }

  async function forward(request: IncomingMessage, body: Buffer) {
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) {
      if (!NOT_FORWARDED.has(name)) headers.set(name, String(value));
    }
    const { method = 'GET' } = request;
    const answer = await fetch(new URL(request.url ?? '/', target), {
      method,
      headers,
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    });
    return {
      status: answer.status,
      type: answer.headers.get('content-type') ?? undefined,
      bytes: Buffer.from(await answer.arrayBuffer()),
    };
  }

  return {
    server,
    entries: () => slots.filter((entry) => entry !== undefined),
    clients: () => [...clients].sort(),
  };
}

/** A JSON file that is downloaded is not an answer of the API. */
function isApi(path: string): boolean {
  return !path.includes('/mlflow-artifacts/artifacts/');
}
