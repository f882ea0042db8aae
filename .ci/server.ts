import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A server in a process of its own, started as a user starts it. */
export interface RunningServer {
  readonly url: string;
  readonly pid: number;
  /** The admin token that a first start prints. */
  readonly adminToken: string;
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** The command and its arguments. */
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd?: string;
  /** Milliseconds until a start that said nothing has failed. */
  patience?: number;
}

/** Starts a server on a fresh data folder; resolves once it said where it listens, and rejects with what it printed. */
export async function startServer({ command, env, cwd, patience = 90_000 }: ServerOptions): Promise<RunningServer> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, DATABASE_URL: '', HOST: '127.0.0.1', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  try {
    const { url, adminToken } = await new Promise<{ url: string; adminToken: string }>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`No server after ${patience} ms:\n${printed}`)), patience);
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${printed}`)));
      const read = (chunk: Buffer): void => {
        printed += chunk.toString();
        const url = /listens on (http:\/\/[\w.:[\]]+)/.exec(printed)?.[1];
        const adminToken = /shown this once:\s+(\S+)\s/.exec(printed)?.[1];
        if (url === undefined || adminToken === undefined) return;
        clearTimeout(timer);
        resolve({ url, adminToken });
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
    });
    return { url, pid: child.pid!, adminToken, stop: () => stop(child, () => printed) };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** Asks it to end; rejects when it does not, or ends with an error. */
async function stop(child: ChildProcess, printed: () => string): Promise<void> {
  if (child.exitCode === null) {
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
    child.kill('SIGTERM');
    await once(child, 'exit');
    clearTimeout(timer);
  }
  if (child.exitCode !== 0)
    throw new Error(`The server ended with ${child.exitCode ?? child.signalCode}:\n${printed()}`);
}
