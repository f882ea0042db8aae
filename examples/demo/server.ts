import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface RunningServer {
  url: string;
  /** Shown once by a server on an empty database. */
  adminToken: string;
  process: ChildProcess;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** `npm start` on an empty data folder, as a newcomer would run it; resolves when it listens. */
export function startServer(dataDir: string, port: number): Promise<RunningServer> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: '', AVAL_DATA_DIR: dataDir, PORT: String(port), AVAL_LOG_LEVEL: 'info' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const url = /listens on (http:\/\/[^\s"]+)/.exec(output)?.[1];
      const adminToken = /\baval_[\w-]{20,}/.exec(output)?.[0];
      if (url && adminToken) resolve({ url, adminToken, process: child, stop });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) =>
      reject(new Error(`The server ended with ${code} before it listened:\n${output.slice(-2_000)}`)),
    );
  });
}
