import { CloseCode } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

describe('a socket', () => {
  const open = (options: { protocol?: string; origin?: string; path?: string } = {}): Promise<number | WebSocket> =>
    new Promise((resolve) => {
      const socket = new WebSocket(
        app.url.replace('http', 'ws') + (options.path ?? '/graphql'),
        options.protocol ?? 'graphql-transport-ws',
        {
          ...(options.origin ? { origin: options.origin } : {}),
        },
      );
      socket.on('open', () => resolve(socket));
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode!));
      socket.on('error', () => {});
    });
  const closed = (socket: WebSocket): Promise<number> => new Promise((resolve) => socket.on('close', resolve));

  test('is refused to pages of other origins, to the older protocol, and elsewhere', async () => {
    expect(await open({ origin: 'https://evil.example' })).toBe(403);
    expect(await open({ origin: 'null' })).toBe(403);
    expect(await open({ protocol: 'graphql-ws' })).toBe(400);
    expect(await open({ path: '/elsewhere' })).toBe(404);
    const own = await open({ origin: app.url });
    expect(own).toBeInstanceOf(WebSocket);
    (own as WebSocket).close();
  });

  test.each([
    ['no token', {}],
    ['an unknown token', { authorization: 'Bearer aval_nonsense' }],
  ])('is closed to a caller with %s', async (_what, payload) => {
    const socket = (await open()) as WebSocket;
    socket.send(JSON.stringify({ type: 'connection_init', payload }));
    expect(await closed(socket)).toBe(CloseCode.Forbidden);
  });

  test('is closed when an operation comes before the token, or no token comes', async () => {
    const eager = (await open()) as WebSocket;
    eager.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: '{ viewer { name } }' } }));
    expect(await closed(eager)).toBe(CloseCode.Unauthorized);
    const silent = (await open()) as WebSocket;
    expect(await closed(silent)).toBe(CloseCode.ConnectionInitialisationTimeout);
  });

  test('is closed by a message that is too large, or none of the protocol', async () => {
    const large = (await open()) as WebSocket;
    large.send(JSON.stringify({ type: 'ping', payload: { x: 'x'.repeat(70_000) } }));
    expect([1006, 1009]).toContain(await closed(large));
    const odd = (await open()) as WebSocket;
    odd.send('{"type":"drop"}');
    expect(await closed(odd)).toBe(CloseCode.BadRequest);
    expect(app.internalErrors).toEqual([]);
  });
});

describe('a server that stops', () => {
  test('ends its sockets and streams', async () => {
    const subscription = 'subscription { kpiChanged { cursor } }';
    const other = await startTestApp();
    const token = await other.token('operator');
    const socket = new WebSocket(`${other.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await new Promise((resolve) => socket.on('open', resolve));
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
    await new Promise((resolve) => socket.once('message', resolve));
    socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: subscription } }));
    const response = await fetch(`${other.url}/graphql/stream`, {
      method: 'POST',
      headers: { accept: 'text/event-stream', 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: subscription }),
    });
    expect(response.status).toBe(200);
    const gone = Promise.all([new Promise((resolve) => socket.on('close', resolve)), response.text()]);
    await new Promise((resolve) => setTimeout(resolve, 150)); // both have begun
    await other.aval.stop();
    const [code, text] = await gone;
    expect(code).toBe(1001);
    expect(text).toMatch(/event: complete/);
    await other.close();
  });
});
