import { Agent, request } from 'node:http';
import type { Shape } from './payload.ts';

/** Sends one batch and waits until it is acknowledged. */
export type Sender = () => Promise<void>;

export interface Target {
  /** A client of its own, with a run of its own. */
  sender(shape: Shape): Promise<Sender>;
  stop(): Promise<void>;
}

/** Lets every sender send, one batch after another, for so many milliseconds; the number of batches acknowledged in that time. */
export async function drive(senders: readonly Sender[], milliseconds: number): Promise<number> {
  const end = performance.now() + milliseconds;
  let acknowledged = 0;
  await Promise.all(
    senders.map(async (send) => {
      for (;;) {
        await send();
        if (performance.now() >= end) return;
        acknowledged++;
      }
    }),
  );
  return acknowledged;
}

/** Servers close what is idle, and MLflow's replaces its workers on a busy machine: so many times in a row is a failure. */
const mostResets = 3;

/** One keep-alive connection to an MLflow API, opened anew when it is closed. Any answer but 200 is a failed measurement. */
export function connect(address: string, token?: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const post = (path: string, body: Buffer, resets = 0): Promise<string> =>
    new Promise((resolve, reject) => {
      const sending = request(`${address}/api/2.0/mlflow/${path}`, {
        agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': body.length,
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
      });
      sending.once('error', (error: NodeJS.ErrnoException) => {
        if (error.code === 'ECONNRESET' && resets < mostResets) post(path, body, resets + 1).then(resolve, reject);
        else reject(error);
      });
      sending.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (response.statusCode === 200) resolve(text);
          else reject(new Error(`${path} answered ${response.statusCode}: ${text.slice(0, 500)}`));
        });
      });
      sending.end(body);
    });
  return (path: string, body: Buffer): Promise<string> => post(path, body);
}

/** A run of experiment 0. */
export async function createRun(post: ReturnType<typeof connect>): Promise<string> {
  const body = Buffer.from(JSON.stringify({ experiment_id: '0', start_time: Date.now() }));
  const { run } = JSON.parse(await post('runs/create', body)) as { run: { info: { run_id: string } } };
  return run.info.run_id;
}
