/** GraphQL over HTTP, each answer kept as evidence: what was asked, by which document, and the digest of what came back. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TypedDocumentString } from './gql/graphql.ts';
import type { Answer, Evidence } from './evidence.ts';
import type { Refusal } from './known.ts';

export interface Connection<N> {
  nodes: readonly N[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
}

export interface ClientOptions {
  url: string;
  token?: string | undefined;
  role: string;
  /** Where result files are written; it stands for the site's root. */
  folder: string;
  fetch?: typeof fetch;
}

/** The server could not be asked, or did not answer as GraphQL does. `message` is for the person at the terminal. */
export class ReportError extends Error {}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Results are large and each is needed by a few neighbouring pages only, so that the oldest are let go. */
const kept = 96;
const pageSize = 100;

export function reportClient(options: ClientOptions) {
  const memo = new Map<string, Promise<Answer<unknown>>>();

  const remember = <T>(key: string, make: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    const old = memo.get(key) as Promise<Answer<T>> | undefined;
    const answer = old ?? make();
    memo.delete(key);
    memo.set(key, answer);
    if (memo.size > kept) memo.delete(memo.keys().next().value!);
    return answer;
  };

  const keep = async (evidence: Evidence, data: unknown, rowCount: number | undefined): Promise<Evidence> => {
    const text = `${JSON.stringify(data, null, 1)}\n`;
    const digest = sha256(text);
    const file = `evidence/${evidence.operation}-${digest.slice(0, 16)}.json`;
    await mkdir(join(options.folder, 'evidence'), { recursive: true });
    await writeFile(join(options.folder, file), text);
    return { ...evidence, resultDigest: digest, resultFile: file, ...(rowCount === undefined ? {} : { rowCount }) };
  };

  /** One operation, asked once for each set of variables. */
  function ask<R, V extends Record<string, unknown>>(
    document: TypedDocumentString<R, V>,
    variables: V,
  ): Promise<Answer<R>> {
    const query = document.toString();
    return remember(`${query}\n${JSON.stringify(variables)}`, async () => {
      const evidence: Evidence = { operation: operationOf(query), documentHash: sha256(query), variables };
      const answer = await post<R>(options, query, evidence);
      if ('by' in answer) return { state: 'refused', by: answer.by, evidence };
      return { state: 'answered', data: answer.data, evidence: await keep(evidence, answer.data, rowsIn(answer.data)) };
    });
  }

  /** All pages of a connection, by keyset. `pick` finds it in the answer; it is null where a rule hides it. */
  function askAll<R, V extends { first: number; after?: string | null }, N>(
    document: TypedDocumentString<R, V>,
    variables: Omit<V, 'first' | 'after'>,
    pick: (data: R) => Connection<N>,
    most = Infinity,
  ): Promise<Answer<N[]>> {
    const query = document.toString();
    return remember(`${query}\n${JSON.stringify(variables)}\nall ${most}`, async () => {
      const evidence: Evidence = {
        operation: operationOf(query),
        documentHash: sha256(query),
        variables: { ...variables, first: pageSize },
      };
      const rows: N[] = [];
      let after: string | null = null;
      do {
        const asked: Record<string, unknown> = { ...variables, first: pageSize, after };
        const answer: { data: R } | { by: Refusal } = await post<R>(options, query, { ...evidence, variables: asked });
        if ('by' in answer) return { state: 'refused', by: answer.by, evidence };
        const connection = pick(answer.data);
        rows.push(...connection.nodes);
        after = connection.pageInfo.hasNextPage ? (connection.pageInfo.endCursor ?? null) : null;
      } while (after !== null && rows.length < most);
      return { state: 'answered', data: rows, evidence: await keep(evidence, rows, rows.length) };
    });
  }

  return { ask, askAll };
}

export type ReportClient = ReturnType<typeof reportClient>;

/** The name of the (one) operation in a document; fragments may stand before it. */
const operationOf = (query: string): string => /\bquery\s+(\w+)/.exec(query)?.[1] ?? 'Anonymous';

function rowsIn(data: unknown): number | undefined {
  const nodes = (data as { nodes?: unknown[] } | null)?.nodes;
  return Array.isArray(nodes) ? nodes.length : undefined;
}

interface GraphQLAnswer {
  data?: unknown;
  errors?: { message: string; extensions?: { code?: string; redaction?: Refusal } }[];
}

async function post<R>(
  { url, token, role, fetch: send = fetch }: ClientOptions,
  query: string,
  { operation, variables }: Evidence,
): Promise<{ data: R } | { by: Refusal }> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    accept: 'application/graphql-response+json, application/json',
    'apollo-require-preflight': 'true',
    'aval-role': role,
    'aval-use': 'export', // the site is read where nothing is decided any more
    ...(token ? { authorization: `Bearer ${token}` } : {}),
  };
  const body = JSON.stringify({ query, variables, operationName: operation });
  const response = await patiently(url, () => send(url, { method: 'POST', headers, body }));
  const text = await response.text();
  const answer = parseAnswer(text);
  if (!answer)
    throw new ReportError(
      `${url} answered ${operation} with HTTP ${response.status} and no GraphQL: is this Aval's address?`,
    );
  const refused = answer.errors?.find((one) => one.extensions?.code === 'FORBIDDEN');
  if (refused) {
    const by = refused.extensions?.redaction;
    if (!by) throw new ReportError(`${operation} is not for the role ${role}: ${refused.message}`);
    return { by };
  }
  const first = answer.errors?.[0];
  if (first?.extensions?.code === 'UNAUTHENTICATED')
    throw new ReportError(`${url} does not know this token: ${first.message}`);
  if (first) throw new ReportError(`${operation} failed (${first.extensions?.code ?? 'no code'}): ${first.message}`);
  if (answer.data === null || answer.data === undefined) throw new ReportError(`${operation} came back empty`);
  return { data: answer.data as R };
}

function parseAnswer(text: string): GraphQLAnswer | undefined {
  try {
    const parsed = JSON.parse(text) as GraphQLAnswer | null;
    return parsed !== null && typeof parsed === 'object' && ('data' in parsed || 'errors' in parsed)
      ? parsed
      : undefined;
  } catch {
    return undefined;
  }
}

/** A server that restarts or is busy gets three more chances. */
async function patiently(url: string, send: () => Promise<Response>): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await send();
      if ((response.status !== 429 && response.status !== 503) || attempt === 4) return response;
    } catch (error) {
      if (attempt === 4) {
        const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
        throw new ReportError(`Nothing answers at ${url} (${cause}). Is the server running?`, { cause: error });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** attempt));
  }
}
