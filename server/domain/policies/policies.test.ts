import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.close());

test('the access matrix is read in pages by who governs, reviews or administers', async () => {
  const query = `query ($after: String) {
    accessMatrix(first: 2, after: $after, where: { coordinate: ["ColumnProfile.mean"], role: ["admin", "data_scientist", "operator"] }) {
      nodes { coordinate class role decisions { use outcome } } pageInfo { hasNextPage endCursor } } }`;
  interface Matrix {
    nodes: { coordinate: string; class: string; role: string; decisions: { use: string; outcome: string }[] }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  }
  const { data } = await app.graphql('compliance_reviewer', query);
  const first = data!['accessMatrix'] as Matrix;
  expect(first.nodes.map(({ coordinate, class: name, role }) => [coordinate, name, role])).toEqual([
    ['ColumnProfile.mean', 'profile', 'admin'],
    ['ColumnProfile.mean', 'profile', 'data_scientist'],
  ]);
  expect(first.nodes[1]!.decisions).toContainEqual({ use: 'SELECT', outcome: 'DEPENDS' });
  expect(first.nodes[1]!.decisions).toContainEqual({ use: 'EXPORT', outcome: 'DENY' });
  const next = await app.graphql('compliance_reviewer', query, { after: first.pageInfo.endCursor });
  expect((next.data!['accessMatrix'] as Matrix).nodes.map(({ role }) => role)).toEqual(['operator']);
  expect((next.data!['accessMatrix'] as Matrix).pageInfo.hasNextPage).toBe(false);

  const denied = await app.graphql('data_scientist', query);
  expect(denied).toMatchObject({ data: null, errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  const strange = await app.graphql(
    'admin',
    '{ accessMatrix(where: { coordinate: ["Run.secret"] }) { nodes { role } } }',
  );
  expect(strange.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'where.coordinate[0]' });
});
