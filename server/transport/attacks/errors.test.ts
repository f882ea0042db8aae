import { sql } from 'kysely';
import { expect } from 'vitest';
import { systemActor } from '../../domain/store.ts';
import { attacks } from '../../testing/attacks/attack.ts';
import { missingLike, mlflowId } from '../../testing/attacks/plants.ts';
import { fetched, surfaceNames, type Seen } from '../../testing/attacks/surfaces.ts';

// What the schema and the words of errors tell.
const attack = attacks();

const post = (url: string, body: string, authorization?: string): Promise<Seen> =>
  fetched(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
    body,
  });

attack(56, async ({ app }) => {
  for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Run") { name } }', '{ __typename }']) {
    const seen = await post(app.url, JSON.stringify({ query }));
    expect(seen.status).toBe(401);
    expect(Object.keys(JSON.parse(seen.body) as object)).toEqual(['errors']);
  }
});

attack(57, async ({ ask }) => {
  const misspelt = [
    '{ auditEvent { nodes { id } } }',
    '{ runs { nodes { metric { key } } } }',
    '{ runs(where: { nam: { eq: "x" } }) { nodes { id } } }',
    '{ modelVersions(where: { learnedFrom: [SPECIAL_CATEGORI] }) { nodes { id } } }',
    '{ runs { nodes { id } } ... on Querry { kpis { nodes { id } } } }',
  ];
  for (const query of misspelt) {
    for (const surface of surfaceNames) {
      const { body } = await ask('business_viewer', query, surface);
      expect(body, surface).toContain('BAD_INPUT');
      expect(body, surface).not.toMatch(/did you mean|auditEvents|metrics|"name"|SPECIAL_CATEGORY/i);
    }
  }
});

attack(58, async ({ app }) => {
  const bodies = ['{ not JSON', '{"query":"{ viewer { shoeSize } }"}', '{"query":"{ viewer { name } }"}', ''];
  const seen = await Promise.all(bodies.map((body) => post(app.url, body)));
  for (const one of seen) expect(one).toEqual(seen[0]);
  expect(seen[0]!.status).toBe(401);
});

attack(59, async ({ app, ask, mlflow, planted }) => {
  await app.database.write((tx) => sql`alter table run_param rename to run_param_away`.execute(tx));
  try {
    const over = await Promise.all(
      surfaceNames.map((one) => ask('admin', '{ runs { nodes { params { key } } } }', one)),
    );
    const seen = [...over, await mlflow('admin', `runs/get?run_id=${mlflowId(planted.run)}`)];
    for (const { body } of seen) {
      expect(body).toMatch(/INTERNAL/);
      expect(body).not.toMatch(/run_param|relation|select|does not exist|node_modules|\.ts\b|\bat /);
    }
    expect(app.internalErrors.splice(0).length, 'who runs the server is told').toBeGreaterThanOrEqual(seen.length);
  } finally {
    app.internalErrors.splice(0);
    await app.database.write((tx) => sql`alter table run_param_away rename to run_param`.execute(tx));
  }
});

attack(60, async ({ ask, mlflow, planted }) => {
  const questions = (id: string): string[] => [
    `{ run(id: "${id}") { id } }`,
    `{ node(id: "${id}") { id } }`,
    `{ nodes(ids: ["${id}"]) { id } }`,
    `{ compareRuns(ids: ["${id}"]) { runs { id } } }`,
  ];
  const missing = questions(missingLike('Run'));
  for (const [i, hidden] of questions(planted.foreign.Run).entries()) {
    for (const surface of surfaceNames) {
      expect(await ask('governance_lead', hidden, surface)).toEqual(await ask('governance_lead', missing[i]!, surface));
    }
  }
  const ids = [mlflowId(planted.foreign.Run), mlflowId(missingLike('Run'))];
  const [one, other] = await Promise.all(
    ids.map(async (id) => {
      const { status, body } = await mlflow('governance_lead', `runs/get?run_id=${id}`);
      return [status, body.replace(id, '')];
    }),
  );
  expect(one).toEqual(other);
});

attack(61, async ({ ask }) => {
  const tooMuch = [
    `{ ${Array.from({ length: 150 }, (_, i) => `a${i}: viewer { name }`).join(' ')} }`,
    `{ models { ${'nodes { versions { '.repeat(12)} nodes { id } ${'} } '.repeat(12)} } }`,
    `{ viewer { ${'name @include(if: true) '.repeat(60)} } }`,
  ];
  for (const query of tooMuch) {
    for (const surface of surfaceNames) {
      const { body } = await ask('operator', query, surface);
      expect(body, surface).toContain('too much');
      expect(/"message":"([^"]*)"/.exec(body)?.[1] ?? body.replaceAll(/\\"/g, ''), surface).not.toMatch(/\d/);
    }
  }
});

attack(62, async ({ app }) => {
  const { identity } = app.aval.services;
  const name = crypto.randomUUID();
  const principalId = await identity.createPrincipal(systemActor, { name, kind: 'person', roles: ['admin'], projects: 'all' });
  const token = await identity.issueToken(systemActor, { principalId, label: 't', defaultProjectId: app.projectId });
  const asked = (authorization: string) => post(app.url, '{"query":"{ viewer { name } }"}', authorization);
  expect((await asked(`Bearer ${token}`)).body).toContain(name);
  await app.database.write((tx) =>
    tx.updateTable('principal').set({ suspended_at: new Date() }).where('id', '=', principalId).execute(),
  );
  expect(await asked(`Bearer ${token}`)).toEqual(await asked('Bearer aval_unknown'));
}); // prettier-ignore

attack(63, async ({ app, ask, mlflow, planted }) => {
  const query = 'query ($where: RunFilter) { runs(where: $where) { nodes { id } } }';
  const operators: unknown[] = [
    { name: { $ne: null } },
    { $or: [{ name: { eq: 'x' } }] },
    { name: { $like: 'q%' } },
    JSON.parse('{ "__proto__": { "name": { "eq": "x" } } }'),
    { constructor: { prototype: { quagga: true } } },
  ];
  for (const where of operators) {
    for (const surface of surfaceNames) {
      expect((await ask('admin', { query, variables: { where } }, surface)).body).toContain('BAD_INPUT');
    }
  }
  const { body: all } = await mlflow('admin', 'runs/search', { experiment_ids: [planted.experiment] });
  const odd = { experiment_ids: [planted.experiment], run_view_type: { $ne: 'x' } };
  expect((await mlflow('admin', 'runs/search', odd)).status).toBe(400);
  try {
    const sneaked =
      '{"query":"{ viewer { name } }","__proto__":{"quagga":true},"constructor":{"prototype":{"quagga":true}}}';
    await post(app.url, sneaked, `Bearer ${await app.token('business_viewer')}`);
    expect(({} as { quagga?: unknown }).quagga).toBeUndefined();
  } finally {
    delete (Object.prototype as { quagga?: unknown }).quagga;
  }
  expect((await mlflow('admin', 'runs/search', { experiment_ids: [planted.experiment] })).body).toBe(all);
});

interface Layer {
  route?: { path: string | string[]; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
}

attack(64, async ({ app }) => {
  // by what Express itself holds, so that a new address cannot be forgotten here
  const routesIn = (stack: readonly Layer[]): [string, string][] =>
    stack.flatMap(({ route, handle }) =>
      route
        ? [route.path]
            .flat()
            .flatMap((path) => Object.keys(route.methods).map((method): [string, string] => [method, path]))
        : routesIn(handle.stack ?? []),
    );
  const found = routesIn((app.aval.app as unknown as { router: { stack: Layer[] } }).router.stack);
  expect(found.length).toBeGreaterThan(80);
  const open = new Set<string>();
  for (const [method, path] of found.filter(([method]) => methods.includes(method))) {
    const address = path.replaceAll(/[:*]\w+/g, '0').replaceAll(/[{}]/g, '');
    for (const prefix of path.startsWith('/mlflow') ? ['/api/2.0'] : ['', '/api/2.0']) {
      const verb = method.toUpperCase();
      const { status } = await fetch(app.url + prefix + address, { method: verb, redirect: 'manual' });
      if (![401, 404, 405].includes(status)) open.add(`${verb} ${prefix}${path}`);
    }
  }
  expect([...open].sort()).toEqual(openAddresses);
});
const methods = ['get', 'post', 'put', 'patch', 'delete'];
/** What needs no token: nothing of these tells of data. */
const openAddresses = ['GET /graphiql', 'GET /health', 'GET /version', 'GET /api/2.0/mlflow/server-info'].sort();
