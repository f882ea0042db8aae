import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GraphQLSchema } from 'graphql';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, makeServer } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Identity } from '../../domain/identity/identity.service.ts';
import { AvalError } from '../../shared/errors.ts';
import { actorFrom, credentialsOf, type Credentials } from '../http/authenticate.ts';
import type { Admitted, Caller, Runner } from './subscribe.ts';

const path = '/graphql';
const maxMessageBytes = 64 * 1024;
const initTimeoutMs = 3_000;
const pingMs = 12_000;

export interface SocketOptions {
  runner: Runner;
  schema: GraphQLSchema;
  identity: Identity;
  /** Browser origins beside the server's own. */
  allowedOrigins: readonly string[];
  onInternal(error: unknown): void;
}

interface Extra {
  readonly request: IncomingMessage;
  /** Set once the connection is acknowledged. */
  caller?: Caller;
}

/** GraphQL over WebSocket at /graphql, in the protocol graphql-transport-ws and no other. */
export function createSockets({ runner, schema, identity, allowedOrigins, onInternal }: SocketOptions) {
  const protocol = makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout: initTimeoutMs,
    async onConnect({ connectionParams = {}, extra }) {
      const credentials = credentialsIn(connectionParams, extra.request);
      const caller = () => actorFrom(credentials, identity);
      try {
        await caller();
      } catch (error) {
        if (error instanceof AvalError) return false;
        throw error;
      }
      extra.caller = caller;
      return true;
    },
    async onSubscribe({ extra }, _id, payload) {
      const admitted = await runner.admit(payload, extra.caller!);
      if (!('operation' in admitted)) return admitted;
      const { document, operationName } = admitted.operation;
      return { schema, document, operationName, contextValue: admitted };
    },
    // the runner knows by itself which is which
    execute: ({ contextValue }) => runner.run(contextValue as Admitted) as never,
    subscribe: ({ contextValue }) => runner.run(contextValue as Admitted) as never,
    onNext: (_context, _id, _payload, _args, answer) => answer,
    onError: (_context, _id, _payload, errors) => errors.map((error) => runner.format(error)),
  });

  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    handleProtocols: () => GRAPHQL_TRANSPORT_WS_PROTOCOL,
  });

  server.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) =>
          new Promise((resolve, reject) => {
            if (socket.readyState !== socket.OPEN) resolve();
            else socket.send(data, (error) => (error ? reject(error) : resolve()));
          }),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (receive) =>
          socket.on('message', (data) => {
            // the reason says nothing: an error's text may hold data
            receive((data as Buffer).toString()).catch((error: unknown) => {
              onInternal(error);
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          }),
      },
      { request },
    );
    const stopPinging = keepAlive(socket);
    socket.on('error', () => socket.terminate()); // a message too large, a frame that is none: the peer's mistakes
    socket.once('close', (code, reason) => {
      stopPinging();
      closed(code, String(reason)).catch(onInternal);
    });
  });

  return {
    /** For the server's `upgrade` event. */
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      const refuse = (status: string): void =>
        void socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      socket.on('error', () => socket.destroy());
      if (new URL(request.url ?? '', 'http://localhost').pathname !== path) return refuse('404 Not Found');
      if (!mayConnect(request, allowedOrigins)) return refuse('403 Forbidden');
      const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());
      if (!offered.includes(GRAPHQL_TRANSPORT_WS_PROTOCOL)) return refuse('400 Bad Request');
      server.handleUpgrade(request, socket, head, (opened) => server.emit('connection', opened, request));
    },
    /** Closes every socket, and ends what runs on it. */
    async dispose(): Promise<void> {
      const gone = [...server.clients].map((client) => new Promise((resolve) => client.once('close', resolve)));
      for (const client of server.clients) client.close(1001, 'Going away');
      const late = setTimeout(() => server.clients.forEach((client) => client.terminate()), 1_000);
      await Promise.all(gone);
      clearTimeout(late);
      server.close();
    },
  };
}

/** Browsers say where a page is from; other clients need not. A page of ours, or of a listed origin, may connect. */
function mayConnect({ headers }: IncomingMessage, allowedOrigins: readonly string[]): boolean {
  const { origin, host } = headers;
  if (origin === undefined || allowedOrigins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** From the first message, for browsers cannot set headers; else from the request. */
function credentialsIn(params: Record<string, unknown>, request: IncomingMessage): Credentials {
  const fromHeaders = credentialsOf(request);
  const given = Object.fromEntries(Object.entries(params).map(([name, value]) => [name.toLowerCase(), value]));
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
  return {
    authorization: text(given['authorization']) ?? fromHeaders.authorization,
    role: text(given['aval-role']) ?? fromHeaders.role,
    purpose: text(given['aval-purpose']) ?? fromHeaders.purpose,
    use: text(given['aval-use']) ?? fromHeaders.use,
  };
}

function keepAlive(socket: WebSocket): () => void {
  let answered = true;
  socket.on('pong', () => (answered = true));
  const timer = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, pingMs);
  return () => clearInterval(timer);
}
