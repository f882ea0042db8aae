import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportClient } from './client.ts';
import { TypedDocumentString } from './gql/graphql.ts';

type Rows = { rows: { nodes: { id: number }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } };
const document = new TypedDocumentString<Rows, { first: number; after?: string | null }>(
  'query Rows($first: Int!, $after: String) { rows }',
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aval-client-'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Asked {
  headers: Headers;
  variables: { after?: string | null };
}

function clientOf(answers: unknown[]) {
  const asked: Asked[] = [];
  const send: typeof fetch = async (_url, init) => {
    const { variables } = JSON.parse(init?.body as string) as Asked;
    asked.push({ headers: new Headers(init?.headers), variables });
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    return new Response(typeof answer === 'string' ? answer : JSON.stringify(answer));
  };
  const client = reportClient({
    url: 'http://aval/graphql',
    token: 't',
    role: 'compliance_reviewer',
    folder,
    fetch: send,
  });
  return { asked, all: () => client.askAll(document, {}, (data) => data.rows) };
}

const pageOf = (id: number, endCursor: string | null) => ({
  data: { rows: { nodes: [{ id }], pageInfo: { hasNextPage: endCursor !== null, endCursor } } },
});

describe('askAll', () => {
  it('follows the cursors, once for all that ask', async () => {
    const { asked, all } = clientOf([pageOf(1, 'a'), pageOf(2, null)]);
    const [first, second] = await Promise.all([all(), all()]);
    expect(first).toMatchObject({ state: 'answered', data: [{ id: 1 }, { id: 2 }], evidence: { rowCount: 2 } });
    expect(second).toBe(first);
    expect(asked.map((one) => one.variables.after)).toEqual([null, 'a']);
  });

  it('asks as the role, with the token', async () => {
    const { asked, all } = clientOf([pageOf(1, null)]);
    await all();
    expect(asked[0]!.headers.get('authorization')).toBe('Bearer t');
    expect(asked[0]!.headers.get('aval-role')).toBe('compliance_reviewer');
    expect(asked[0]!.headers.get('aval-use')).toBe('export');
    expect(asked[0]!.headers.get('apollo-require-preflight')).toBe('true');
  });

  it('keeps the result under its own digest', async () => {
    const { all } = clientOf([pageOf(1, null)]);
    const { evidence } = await all();
    const text = await readFile(join(folder, evidence.resultFile!), 'utf8');
    expect(createHash('sha256').update(text).digest('hex')).toBe(evidence.resultDigest);
  });

  it('gives a refusal as an answer, with its rule', async () => {
    const redaction = { field: 'Query.rows', use: 'SELECT', policy: 'p', reason: 'r', howToRequest: null };
    const { all } = clientOf([
      { data: null, errors: [{ message: 'no', extensions: { code: 'FORBIDDEN', redaction } }] },
    ]);
    expect(await all()).toMatchObject({ state: 'refused', by: redaction });
  });

  it.each([
    [
      'an error',
      { data: null, errors: [{ message: 'boom', extensions: { code: 'INTERNAL' } }] },
      /Rows failed \(INTERNAL\): boom/,
    ],
    [
      'an unknown token',
      { errors: [{ message: 'who?', extensions: { code: 'UNAUTHENTICATED' } }] },
      /does not know this token/,
    ],
    ['something else than GraphQL', '<html>', /no GraphQL/],
  ])('says what is wrong on %s', async (_name, answer, message) => {
    await expect(clientOf([answer]).all()).rejects.toThrow(message);
  });
});
