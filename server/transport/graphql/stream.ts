import { once } from 'node:events';
import type { Request, RequestHandler, Response } from 'express';
import { AvalError } from '../../shared/errors.ts';
import { asGraphQLError, type OperationRequest } from './prepare.ts';
import type { Answer, Caller, Runner } from './subscribe.ts';

const pingMs = 12_000;

/**
 * GraphQL over server-sent events, in graphql-sse's protocol, one operation for each connection: POST, answered by `next` events and one
 * `complete`. A reader who is slow is waited for: the log is the queue.
 */
export function createStreams(runner: Runner) {
  const open = new Set<() => void>();

  async function answer(request: Request, response: Response, caller: Caller): Promise<void> {
    if (!(request.headers.accept ?? '').includes('text/event-stream')) {
      throw new AvalError('BAD_INPUT', 'This address answers with server-sent events only.', {
        field: 'accept',
        remedy: 'Send `Accept: text/event-stream`, or ask at /graphql.',
      });
    }
    let end = (): void => {};
    const over = new Promise<void>((resolve) => (end = resolve));
    const closed = once(response, 'close').then(() => end());
    open.add(end);
    const ping = setInterval(() => response.write(':\n\n'), pingMs);
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    response.write(':\n\n'); // some browsers wait for a first byte
    const send = async (event: string, data: string): Promise<void> => {
      if (!response.write(`event: ${event}\ndata: ${data}\n\n`)) await Promise.race([once(response, 'drain'), over]);
    };
    try {
      await sendAll(request.body as OperationRequest, caller, over, (value) => send('next', JSON.stringify(value)));
      await send('complete', '');
    } finally {
      clearInterval(ping);
      open.delete(end);
      response.end();
      await closed;
    }
  }

  async function sendAll(
    request: OperationRequest,
    caller: Caller,
    over: Promise<void>,
    send: (answer: Answer) => Promise<void>,
  ): Promise<void> {
    const admitted = await runner.admit(request, caller);
    if (!('operation' in admitted)) return send({ errors: admitted.map(runner.format) });
    try {
      const result = await runner.run(admitted);
      if (!(Symbol.asyncIterator in result)) return await send(result);
      void over.then(() => result.return());
      for await (const each of result) await send(each);
    } catch (error) {
      await send({ errors: [runner.format(asGraphQLError(error))] });
    }
  }

  return {
    /** For `POST /graphql/stream`, once the body is read. */
    handler:
      (callerOf: (request: Request) => Caller): RequestHandler =>
      (request, response) =>
        answer(request, response, callerOf(request)),
    /** Ends every stream. */
    dispose(): void {
      for (const end of open) end();
    },
  };
}
