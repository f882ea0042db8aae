/**
 * Runs a project's script with a proxy between its clients and a server, and writes down what they said.
 * See `--help`, and README.md beside this file.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { formatRecording } from './entry.ts';
import { recordingProxy } from './proxy.ts';
import { scrub } from './scrub.ts';

const HELP = `Usage: tsx examples/recording/record.ts --target URL --out FILE [options] -- COMMAND...

Runs COMMAND with MLFLOW_TRACKING_URI and OPENLINEAGE_URL set to a recording proxy before URL.

  --target URL      the server to record against
  --out FILE        the recording to write (JSON Lines)
  --token TOKEN     handed to both clients as their Bearer token; never written down
  --user NAME       the account name that MLflow's client reports (default: ana)
  --lineage-sink    answer OpenLineage events in the proxy, for a server that does not take them
  --help            this text

Exit codes: 0 recorded, 1 the command failed or a machine's facts would have leaked, 2 wrong usage.
`;

async function main(): Promise<number> {
  const { values, positionals: command } = parseArgs({
    allowPositionals: true,
    options: {
      target: { type: 'string' },
      out: { type: 'string' },
      token: { type: 'string' },
      user: { type: 'string', default: 'ana' },
      'lineage-sink': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return print(HELP, 0);
  if (!values.target || !values.out || command.length === 0) return print(HELP, 2);

  const proxy = recordingProxy({ target: values.target, lineageSink: values['lineage-sink'] });
  proxy.server.listen(0, '127.0.0.1');
  await once(proxy.server, 'listening');
  const url = `http://127.0.0.1:${(proxy.server.address() as AddressInfo).port}`;
  const code = await run(command, url, values.user, values.token);
  proxy.server.close();
  if (code !== 0) return print(`${command.join(' ')} ended with ${code}\n`, 1);

  const header = { recording: basename(values.out, '.jsonl'), format: 1 as const, clients: proxy.clients() };
  const entries = proxy.entries().map((entry) => scrub(entry, process.cwd()));
  await writeFile(values.out, formatRecording({ header, entries }));
  return print(`${entries.length} requests in ${values.out}\n`, 0);
}

async function run(command: string[], url: string, user: string, token: string | undefined): Promise<number> {
  const [program = '', ...args] = command;
  const env = {
    ...process.env,
    MLFLOW_TRACKING_URI: url,
    OPENLINEAGE_URL: url,
    // MLflow's client reports who runs it; Python takes that from here first.
    LOGNAME: user,
    DO_NOT_TRACK: 'true',
    ...(token === undefined ? {} : { MLFLOW_TRACKING_TOKEN: token, OPENLINEAGE_API_KEY: token }),
  };
  const child = spawn(program, args, { env, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

function print(text: string, code: number): number {
  (code === 0 ? process.stdout : process.stderr).write(text);
  return code;
}

try {
  process.exitCode = await main();
} catch (error) {
  const usage = error instanceof TypeError && 'code' in error;
  process.exitCode = print(`${String(error)}\n${usage ? HELP : ''}`, usage ? 2 : 1);
}
