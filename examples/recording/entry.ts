/** What one line of a recording holds: a request as a client sent it, and how the server answered. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A body in the most readable form that keeps each byte that matters: one of the three, or none for no body. */
export interface Body {
  json?: Json;
  text?: string;
  /** gzip, base64. */
  gzip?: string;
}

export interface RecordedRequest {
  method: string;
  /** Path and query, without host. */
  path: string;
  type?: string;
  body: Body;
}

export interface RecordedResponse {
  status: number;
  /** Only JSON answers are kept: nobody needs the downloads twice. */
  json?: Json;
}

export interface Entry {
  request: RecordedRequest;
  response: RecordedResponse;
}

/** First line of a recording. */
export interface Header {
  recording: string;
  format: 1;
  /** The clients' own User-Agent, so that a reader knows which releases spoke. */
  clients: string[];
}

export interface Recording {
  header: Header;
  entries: Entry[];
}

export function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function parseRecording(text: string): Recording {
  const [first, ...rest] = text.split('\n').filter((line) => line !== '');
  if (first === undefined) throw new Error('the recording is empty');
  const header = JSON.parse(first) as Header;
  if (header.format !== 1) throw new Error(`recording format ${String(header.format)} is not known`);
  return { header, entries: rest.map((line) => JSON.parse(line) as Entry) };
}

export function formatRecording({ header, entries }: Recording): string {
  return [header, ...entries].map((line) => `${JSON.stringify(line)}\n`).join('');
}
