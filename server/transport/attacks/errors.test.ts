import { sql } from 'kysely';
import { expect } from 'vitest';
import { shippedRoles } from '../../access/actor.ts';
import { attacks } from '../../testing/attacks/attack.ts';
import { ends, knock, somebody } from '../../testing/attacks/knock.ts';
import { missingLike } from '../../testing/attacks/plants.ts';
import { surfaceNames, type Seen } from '../../testing/attacks/surfaces.ts';
import { secrets } from '../../testing/attacks/world.ts';

// What the schema and the words of errors tell.
const attack = attacks('http', 'stream', 'socket');

attack(56, async (world) => {
  for (const query of ['{ __schema { types { name } } }', '{ __type(name: "Run") { name } }', '{ __typename }']) {
    const body = JSON.stringify({ query });
    for (const door of surfaceNames) {
      const { status, body: told } = await knock(world, door, { body });
      expect(status, door).toBe(door === 'socket' ? 4401 : 401);
      expect(told, door).not.toMatch(/__schema|"data"|"Run"|Query/);
    }
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
      for (const role of shippedRoles) {
        const { body } = await ask(role, query, surface);
        expect(body, surface).toContain('BAD_INPUT');
        expect(body, surface).not.toMatch(/did you mean|auditEvents|metrics|"name"|SPECIAL_CATEGORY/i);
      }
    }
  }
});

attack(58, async (world) => {
  const bodies = ['{ not JSON', '{"query":"{ viewer { shoeSize } }"}', '{"query":"{ viewer { name } }"}', ''];
  for (const door of surfaceNames) {
    const seen: Seen[] = [];
    for (const body of bodies) seen.push(await knock(world, door, { body }));
    if (door === 'socket') {
      expect(seen.map(({ status }) => status)).toEqual([4400, 4401, 4401, 4400]); // 4400: no message of the protocol
      for (const { body } of seen) expect(body).toBe('');
    } else {
      for (const one of seen) expect(one).toEqual(seen[0]);
      expect(seen[0]!.status).toBe(401);
    }
  }
});

attack(59, async ({ app, ask }) => {
  await app.database.write((tx) => sql`alter table run_param rename to run_param_away`.execute(tx));
  try {
    const seen = await Promise.all(
      surfaceNames.map((one) => ask('admin', '{ runs { nodes { params { key } } } }', one)),
    );
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

attack(60, async ({ ask, planted }) => {
  const questions = (id: string): string[] => [
    `{ run(id: "${id}") { id } }`,
    `{ node(id: "${id}") { id } }`,
    `{ nodes(ids: ["${id}"]) { id } }`,
    `{ compareRuns(ids: ["${id}"]) { runs { id } } }`,
  ];
  const missing = questions(missingLike('Run'));
  for (const [i, hidden] of questions(planted.foreign.Run).entries()) {
    for (const surface of surfaceNames) {
      for (const role of shippedRoles) {
        expect(await ask(role, hidden, surface), role).toEqual(await ask(role, missing[i]!, surface));
      }
    }
  }
});

attack(61, async ({ ask }) => {
  const tooMuch = [
    `{ ${Array.from({ length: 150 }, (_, i) => `a${i}: viewer { name }`).join(' ')} }`,
    `{ models { ${'nodes { versions { '.repeat(12)} nodes { id } ${'} } '.repeat(12)} } }`,
    `{ viewer { ${'name @include(if: true) '.repeat(60)} } }`,
  ];
  for (const query of tooMuch) {
    for (const surface of surfaceNames) {
      for (const role of shippedRoles) {
        const { body } = await ask(role, query, surface);
        expect(body, surface).toContain('too much');
        expect(/"message":"([^"]*)"/.exec(body)?.[1] ?? body.replaceAll(/\\"/g, ''), surface).not.toMatch(/\d/);
      }
    }
  }
});

attack(62, async (world) => {
  const person = await somebody(world, ['admin']);
  for (const door of surfaceNames) expect((await knock(world, door, person)).body, door).toContain(secrets.run);
  await ends.suspended(world, person);
  for (const door of surfaceNames) {
    expect(await knock(world, door, person), door).toEqual(await knock(world, door, { token: 'aval_unknown' }));
  }
});

attack(63, async (world) => {
  const { app, ask } = world;
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
  try {
    const sneaked =
      '{"query":"{ viewer { name } }","__proto__":{"quagga":true},"constructor":{"prototype":{"quagga":true}}}';
    const token = await app.token('business_viewer');
    for (const door of surfaceNames) await knock(world, door, { token, body: sneaked });
    expect(({} as { quagga?: unknown }).quagga).toBeUndefined();
  } finally {
    delete (Object.prototype as { quagga?: unknown }).quagga;
  }
});

interface Layer {
  route?: { path: string | string[]; methods: Record<string, boolean> };
  handle: { stack?: Layer[] };
}

attack(64, async ({ app, tries }) => {
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
  tries('http');
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
