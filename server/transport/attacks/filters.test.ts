import { expect } from 'vitest';
import { attacks } from '../../testing/attacks/attack.ts';
import { hasNothingCalled } from '../../testing/attacks/names.ts';
import { surfaceNames } from '../../testing/attacks/surfaces.ts';
import { secrets } from '../../testing/attacks/world.ts';

// Guesses: a filter, an order or a cursor whose answer depends on a hidden value.
const attack = attacks('http', 'stream', 'socket');

const runsWhere = 'query ($where: RunFilter) { runs(where: $where) { nodes { id } pageInfo { hasNextPage } } }';
const filtered = (where: unknown) => ({ query: runsWhere, variables: { where } });
const byName = { at: 'Run.name', use: 'filter' } as const;

attack(12, async ({ blinds }) => {
  await blinds(byName, filtered({ name: { eq: secrets.run } }), filtered({ name: { eq: 'quagga-rum' } }));
  const literal = (name: string) => `{ runs(where: { name: { eq: "${name}" } }) { nodes { id } } }`;
  await blinds(byName, literal(secrets.run), literal('quagga-rum'));
});

attack(13, async (world) => {
  hasNothingCalled(world, /^(and|or|not)$/i);
  const nested = (value: number) => filtered({ metrics: [{ key: 'auc', value: { gt: 0.1, lt: value } }] });
  await world.blinds({ at: 'Run.metrics', use: 'filter' }, nested(0.8), nested(0.7));
});

attack(14, async ({ blinds }) => {
  await blinds(byName, filtered({ name: { in: ['x', secrets.run] } }), filtered({ name: { in: ['x', 'y'] } }));
  await blinds(byName, filtered({ name: { notIn: [secrets.run] } }), filtered({ name: { notIn: ['y'] } }));
});

attack(15, async (world) => {
  hasNothingCalled(world, /path|jsonb|expression/i, ['path']); // of a tag: an answer, not a question
});

attack(16, async ({ blinds }) => {
  const pairs: [unknown, unknown][] = [
    [{ name: { like: 'q%' } }, { name: { like: 'r%' } }],
    [{ name: { ilike: 'QUAGGA-RU_' } }, { name: { ilike: 'QUAGGA-RU' } }],
    [{ name: { contains: 'agga' } }, { name: { contains: 'aggb' } }],
  ];
  for (const [right, wrong] of pairs) await blinds(byName, filtered(right), filtered(wrong));
  const metric = (value: object) => filtered({ metrics: [{ key: 'auc', value }] });
  await blinds({ at: 'Run.metrics', use: 'filter' }, metric({ gte: 0.7391 }), metric({ gte: 0.7392 }));
  await blinds({ at: 'Run.params', use: 'filter' }, filtered({ params: [{ key: 'seed', value: { like: 'o%' } }] }), filtered({ params: [{ key: 'seed', value: { like: 'p%' } }] })); // prettier-ignore
});

attack(17, async ({ blinds }) => {
  const versions = (where: string) => `{ modelVersions(where: { ${where} }) { nodes { id } } }`;
  await blinds(
    { at: 'ModelVersion.learnedFrom', use: 'filter' },
    versions('learnedFrom: [SPECIAL_CATEGORY]'),
    versions('learnedFrom: [FINANCIAL]'),
  );
  await blinds(
    { at: 'ModelVersion.deployments', use: 'filter' },
    versions('deployed: true'),
    versions('deployed: false'),
  );
  const datasets = (tag: string) => `{ datasets(where: { tags: [${tag}] }) { nodes { id } } }`;
  await blinds({ at: 'Dataset.tags', use: 'filter' }, datasets('SPECIAL_CATEGORY'), datasets('FINANCIAL'));
});

attack(18, async ({ blinds }) => {
  const ordered = (order: string, direction: string) =>
    `{ runs(orderBy: [{ ${order}, direction: ${direction} }]) { nodes { id } } }`;
  await blinds({ at: 'Run.name', use: 'order' }, ordered('field: NAME', 'ASC'), ordered('field: NAME', 'DESC'));
  await blinds({ at: 'Run.params', use: 'order' }, ordered('param: "seed"', 'ASC'), ordered('param: "none"', 'ASC'));
});

attack(25, async ({ data, blinds }) => {
  const list = (order: string) =>
    `query ($after: String) { runs(first: 1, after: $after${order}) { nodes { id } pageInfo { endCursor } } }`;
  const query = list(', orderBy: [{ field: NAME }]');
  const after = (await data('data_scientist', query)).runs.pageInfo.endCursor as string;
  const forged = Buffer.from('["runs:forged","a"]').toString('base64url');
  const asked = (cursor: string) => ({ query, variables: { after: cursor } });
  await blinds({ at: 'Run.name', use: 'cursor' }, asked(after), asked(forged));
  // in an order that is everyone's it is of no use to anyone
  for (const surface of surfaceNames) expect(await data('business_viewer', list(''), { after }, surface)).toBeNull();
});
