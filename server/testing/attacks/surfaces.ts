import { once } from 'node:events';
import WebSocket from 'ws';

/** All that a caller gets to see: of a socket, its frames. What tells the time, and nothing else, is left out. */
export interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface GraphqlRequest {
  readonly query: string;
  readonly variables?: Record<string, unknown> | undefined;
  readonly operationName?: string | undefined;
}

let asked = 0;
/** Each document is its own, so that nothing that is cached by document stands between two questions. */
const bodyOf = ({ query, ...rest }: GraphqlRequest): string =>
  JSON.stringify({ query: `${query} #${(asked += 1)}`, ...rest });

export async function fetched(url: string, init: RequestInit): Promise<Seen> {
  const response = await fetch(url, init);
  const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== 'date'));
  return { status: response.status, headers, body: await response.text() };
}

const post = (token: string, request: GraphqlRequest, accept: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${token}` },
  body: bodyOf(request),
});

/** A socket that has said who it is. */
export async function openSocket(url: string, token: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  await once(socket, 'message');
  return socket;
}

let subscribed = 0;
/** Asks over a socket; ends with the operation, or after as many payloads as wanted, or with the socket. */
export function overSocket(socket: WebSocket, request: GraphqlRequest, payloads = Infinity): Promise<Seen> {
  const id = String((subscribed += 1));
  const frames: string[] = [];
  return new Promise((resolve) => {
    const closed = (): void => end(0);
    const end = (status: number): void => {
      socket.off('message', listen).off('close', closed);
      resolve({ status, headers: {}, body: frames.join('\n') });
    };
    const listen = (data: Buffer): void => {
      const frame = JSON.parse(data.toString()) as { type: string; id?: string; payload?: unknown };
      if (frame.id !== id) return;
      frames.push(JSON.stringify([frame.type, frame.payload]));
      if (frame.type === 'complete' || frame.type === 'error' || frames.length >= payloads) end(0);
    };
    socket.on('message', listen);
    socket.once('close', closed);
    socket.send(JSON.stringify({ type: 'subscribe', id, payload: JSON.parse(bodyOf(request)) as unknown }));
  });
}

/** Asks for server-sent events; ends with the operation, or after as many payloads as wanted. */
export async function overStream(url: string, token: string, request: GraphqlRequest, payloads: number): Promise<Seen> {
  const response = await fetch(`${url}/graphql/stream`, post(token, request, 'text/event-stream'));
  let body = '';
  const text = response.body!.pipeThrough(new TextDecoderStream());
  for await (const chunk of text) {
    body += chunk;
    if (body.split('event: next').length > payloads) break; // which closes the connection
  }
  return { status: response.status, headers: {}, body };
}

interface Answer {
  data?: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- each test says what it expects
  errors?: { message: string; extensions?: Record<string, unknown> }[];
}

/** What GraphQL answered, out of whatever it came in. */
export function answerOf({ body }: Seen): Answer {
  if (body.startsWith('{')) return JSON.parse(body) as Answer;
  if (body.startsWith('[')) {
    const [type, payload] = JSON.parse(body.split('\n')[0]!) as [string, Answer & Answer['errors']];
    return type === 'error' ? { data: null, errors: payload } : payload;
  }
  return JSON.parse(/^data: (.*)$/m.exec(body)![1]!) as Answer;
}

/** Every way to ask GraphQL. */
export const surfaces = {
  http: (url: string, token: string, request: GraphqlRequest): Promise<Seen> =>
    fetched(`${url}/graphql`, post(token, request, 'application/json')),
  stream: (url: string, token: string, request: GraphqlRequest): Promise<Seen> =>
    fetched(`${url}/graphql/stream`, post(token, request, 'text/event-stream')),
  async socket(url: string, token: string, request: GraphqlRequest): Promise<Seen> {
    const socket = await openSocket(url, token);
    const seen = await overSocket(socket, request);
    socket.close();
    return seen;
  },
} as const;

export type Surface = keyof typeof surfaces;
export const surfaceNames = Object.keys(surfaces) as Surface[];
