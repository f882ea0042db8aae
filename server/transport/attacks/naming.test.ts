import { isUnionType } from 'graphql';
import { expect } from 'vitest';
import { toGlobalId } from '../../shared/ids.ts';
import { attacks } from '../../testing/attacks/attack.ts';
import { sidesOf } from '../../testing/attacks/roles.ts';
import { surfaceNames } from '../../testing/attacks/surfaces.ts';
import { secrets } from '../../testing/attacks/world.ts';

// The same hidden field, called something else. Its name is asked for by every role that may not have it.
const attack = attacks('http', 'stream', 'socket');
const runName = { at: 'Run.name' } as const;

attack(1, (world) => world.hides(runName, secrets.run, '{ runs { nodes { id x: name } } }'));

attack(2, ({ hides, planted }) =>
  hides({ at: 'Query.datasets' }, planted.dataset, '{ first: datasets { nodes { id } } }'),
);

attack(3, async ({ hides, planted }) => {
  await hides(runName, secrets.run, '{ runs { nodes { id: name status: userName } } }');
  await hides({ at: 'Query.datasets' }, planted.dataset, '{ models: datasets { nodes { id } } }');
});

attack(4, (world) =>
  world.hides(runName, secrets.run, '{ runs { nodes { ...Named } } } fragment Named on Run { id name }'),
);

attack(5, (world) =>
  world.hides(
    runName,
    secrets.run,
    '{ ... { runs { nodes { ... on Node { ... on Run { ...A } } } } } } fragment A on Run { ... { ... on Run { name } } }',
  ),
);

attack(6, async ({ hides, planted }) => {
  const variables = { id: planted.dataset };
  for (const type of ['Asset', 'Dataset']) {
    const query = `query ($id: ID!) { node(id: $id) { ... on ${type} { id name } } }`;
    await hides({ at: 'Dataset.name' }, secrets.dataset, { query, variables });
  }
});

attack(7, async ({ app, hides, planted }) => {
  const unions = Object.values(app.aval.schema.getTypeMap()).filter(isUnionType);
  expect(unions, 'a union needs attacks of its own').toEqual([]);
  await hides({ at: 'Dataset.name' }, secrets.dataset, {
    query: `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Model { name } ... on Run { id } ... on Dataset { name } } }`,
    variables: { ids: [planted.model, planted.run, planted.dataset] },
  });
});

attack(8, async ({ app, ask, data, planted }) => {
  const event = await app.database.read
    .selectFrom('event_log')
    .select('idx')
    .where('project_id', '=', app.projectId)
    .executeTakeFirstOrThrow();
  const id = toGlobalId('AuditEvent', `00000000-0000-8000-8000-${event.idx.toString(16).padStart(12, '0')}`);
  const query = 'query ($id: ID!) { node(id: $id) { __typename } }';
  const { may, mayNot } = sidesOf('AuditEvent.id', 'select');
  for (const surface of surfaceNames) {
    expect((await ask(may[0]!, { query, variables: { id } }, surface)).body).toContain('AuditEvent');
    for (const role of mayNot) expect(await data(role, query, { id }, surface), role).toEqual({ node: null });
  }
  const purpose = 'query ($id: ID!) { node(id: $id) { ... on Deployment { purpose { __typename } } } }';
  for (const role of sidesOf('Deployment.purpose', 'select').mayNot) {
    for (const surface of surfaceNames) {
      const { body } = await ask(role, { query: purpose, variables: { id: planted.deployment } }, surface);
      expect(body, role).not.toContain('Purpose"');
    }
  }
});

attack(9, async ({ hides, planted }) => {
  const variables = { yes: true, no: false };
  const field =
    'query ($yes: Boolean!, $no: Boolean! = true) { runs { nodes { name @include(if: $yes) @skip(if: $no) } } }';
  await hides(runName, secrets.run, { query: field, variables });
  const root = 'query ($yes: Boolean!) { datasets @include(if: $yes) { nodes { id } } }';
  await hides({ at: 'Query.datasets' }, planted.dataset, { query: root, variables });
});

attack(10, (world) =>
  world.hides(
    { at: 'Run.params' },
    secrets.param,
    '{ runs { nodes { a: params(keys: []) { key } b: params(keys: ["seed"]) { value } c: params { value } } } }',
  ),
);

attack(11, ({ hides, planted }) =>
  hides({ at: 'Query.datasets' }, planted.dataset, {
    query: 'query Mine { models { nodes { id } } } query Theirs { datasets { nodes { id } } }',
    operationName: 'Theirs',
  }),
);
