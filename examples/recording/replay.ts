/**
 * Sends a recording through the same HTTP doors as the clients once did, in order, to a server whose ids differ.
 * Run by itself it is a command: see `--help`.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { decodeBody, asText } from './body.ts';
import { parseRecording, type Body, type Entry, type Json, type Recording } from './entry.ts';
import { IdMap } from './ids.ts';

const TIMEOUT_MS = 60_000;
const EXCERPT = 600;

export interface ReplayProgress {
  done: number;
  total: number;
  method: string;
  path: string;
}

export interface ReplayOptions {
  recording: Recording;
  baseUrl: string;
  token?: string | undefined;
  onProgress?: ((progress: ReplayProgress) => void) | undefined;
}

export interface ReplayResult {
  requests: number;
  /** How many ids of the live server were learned. */
  ids: number;
}

export interface ReplayFailure {
  /** Place in the recording, from 0. */
  index: number;
  method: string;
  /** As sent, with the live server's ids. */
  path: string;
  expected: number;
  /** Undefined where no answer came. */
  actual: number | undefined;
  body: string;
}

/** The live server did not answer as the recorded one did. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';

  constructor(
    readonly failure: ReplayFailure,
    options?: ErrorOptions,
  ) {
    const { index, method, path, expected, actual, body } = failure;
    super(`request ${index}, ${method} ${path}: expected ${expected}, got ${actual ?? 'no answer'}: ${body}`, options);
  }
}

export async function readRecording(file: string | URL): Promise<Recording> {
  return parseRecording(await readFile(file, 'utf8'));
}

/** The same status class counts as the same answer. Throws ReplayError at the first that is not. */
export async function replay({ recording, baseUrl, token, onProgress }: ReplayOptions): Promise<ReplayResult> {
  const ids = new IdMap();
  const total = recording.entries.length;
  for (const [index, entry] of recording.entries.entries()) {
    const { method } = entry.request;
    const path = ids.path(entry.request.path);
    const { status, bytes } = await send({ entry, index, path, ids, baseUrl, token });
    if (Math.floor(status / 100) !== Math.floor(entry.response.status / 100)) {
      const body = (asText(bytes) ?? `${bytes.length} bytes`).slice(0, EXCERPT);
      throw new ReplayError({ index, method, path, expected: entry.response.status, actual: status, body });
    }
    if (entry.response.json !== undefined) ids.learn(entry.response.json, asJson(bytes));
    onProgress?.({ done: index + 1, total, method, path });
  }
  return { requests: total, ids: ids.size };
}

interface Sending {
  entry: Entry;
  index: number;
  path: string;
  ids: IdMap;
  baseUrl: string;
  token: string | undefined;
}

async function send({ entry, index, path, ids, baseUrl, token }: Sending): Promise<{ status: number; bytes: Buffer }> {
  const { method, type, body } = entry.request;
  const bytes = liveBody(body, ids);
  try {
    const answer = await fetch(new URL(path, baseUrl), {
      method,
      headers: {
        ...(type === undefined ? {} : { 'content-type': type }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(bytes === undefined ? {} : { body: new Uint8Array(bytes) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
  } catch (cause) {
    const expected = entry.response.status;
    throw new ReplayError({ index, method, path, expected, actual: undefined, body: String(cause) }, { cause });
  }
}

function liveBody(body: Body, ids: IdMap): Buffer | undefined {
  if (body.json !== undefined) return Buffer.from(JSON.stringify(ids.json(body.json)));
  const bytes = decodeBody(body);
  const text = bytes && asText(bytes);
  // A model's own description (MLmodel) names its run and its id: those have to be the live ones, too.
  return text === undefined ? bytes : Buffer.from(ids.text(text));
}

function asJson(bytes: Buffer): Json | undefined {
  try {
    return JSON.parse(bytes.toString()) as Json;
  } catch {
    return undefined;
  }
}

const HELP = `Usage: tsx examples/recording/replay.ts --url URL [--token TOKEN] FILE...

Replays recordings, in the order given, to the server at URL.

  --url URL       the server, for example http://127.0.0.1:4000
  --token TOKEN   sent as Bearer token
  --quiet         no progress
  --help          this text

Exit codes: 0 all answered as recorded, 1 one did not (the message says which), 2 wrong usage.
`;

async function main(): Promise<number> {
  const { values, positionals: files } = parseArgs({
    allowPositionals: true,
    options: {
      url: { type: 'string' },
      token: { type: 'string' },
      quiet: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.url === undefined || files.length === 0) {
    process.stderr.write(HELP);
    return 2;
  }
  for (const file of files) {
    const recording = await readRecording(file);
    const onProgress = values.quiet ? undefined : showProgress;
    const { requests } = await replay({ recording, baseUrl: values.url, token: values.token, onProgress });
    process.stdout.write(`${recording.header.recording}: ${requests} requests answered as recorded\n`);
  }
  return 0;
}

function showProgress({ done, total, method, path }: ReplayProgress): void {
  if (!process.stderr.isTTY) return;
  const line = `${done}/${total} ${method} ${path}`.slice(0, 100);
  process.stderr.write(`\r\x1b[2K${done === total ? '' : line}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof TypeError && 'code' in error ? 2 : 1;
  });
}
