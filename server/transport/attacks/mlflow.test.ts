import { sql } from 'kysely';
import { expect } from 'vitest';
import { shippedRoles, type ShippedRole } from '../../access/actor.ts';
import { attacks } from '../../testing/attacks/attack.ts';
import { ends, knock, somebody } from '../../testing/attacks/knock.ts';
import { missingLike, mlflowId } from '../../testing/attacks/plants.ts';
import { sidesOf } from '../../testing/attacks/roles.ts';
import { fetched, type Seen } from '../../testing/attacks/surfaces.ts';
import { secrets, type World } from '../../testing/attacks/world.ts';

// The same through MLflow's API, as far as it asks for anything of the kind.
const attack = attacks('mlflow');

const search = ({ planted }: World, filter: string, more: object = {}) => ({
  experiment_ids: [planted.experiment],
  filter,
  ...more,
});
const byName = { at: 'Run.name', use: 'filter' } as const;
const byMetric = { at: 'Run.metrics', use: 'filter' } as const;

/** A question in two guesses, of runs. */
const guesses = (world: World, guarded: Parameters<World['blindsMlflow']>[0], right: string, wrong: string) =>
  world.blindsMlflow(guarded, 'runs/search', search(world, right), search(world, wrong));

attack(12, (world) => guesses(world, byName, `run_name = '${secrets.run}'`, "run_name = 'quagga-rum'"));

attack(13, async (world) => {
  await guesses(world, byMetric, "metrics.auc > 0.1 and metrics.auc < 0.8", "metrics.auc > 0.1 and metrics.auc < 0.7"); // prettier-ignore
  await guesses(world, byName, `status = 'RUNNING' and run_name = '${secrets.run}'`, "status = 'RUNNING' and run_name = 'x'"); // prettier-ignore
});

attack(14, async (world) => {
  await guesses(world, byName, `run_name in ('x', '${secrets.run}')`, "run_name in ('x', 'y')");
  await guesses(world, byName, `run_name not in ('${secrets.run}')`, "run_name not in ('y')");
});

attack(15, (world) =>
  guesses(world, { at: 'Run.tags', use: 'filter' }, "tags.`okapi.seed` = 'x'", "tags.`okapi.need` = 'x'"),
);

attack(16, async (world) => {
  await guesses(world, byName, "run_name like 'q%'", "run_name like 'r%'");
  await guesses(world, byName, "run_name ilike 'QUAGGA-RU_'", "run_name ilike 'QUAGGA-RU'");
  await guesses(world, byMetric, 'metrics.auc >= 0.7391', 'metrics.auc >= 0.7392');
  await guesses(world, { at: 'Run.params', use: 'filter' }, "params.seed like 'o%'", "params.seed like 'p%'");
});

attack(17, async (world) => {
  const logged = {
    datasets: [{ dataset: { name: 'aardwolf-input', digest: 'd', source_type: 'local', source: '{}' } }],
  };
  const made = await world.mlflow('ml_engineer', 'runs/log-inputs', { run_id: mlflowId(world.planted.run), ...logged });
  expect(made.status).toBe(200);
  const by = { at: 'Dataset.tags', use: 'filter' } as const; // the roles that read lineage are those that read tags
  await guesses(world, by, "dataset.name = 'aardwolf-input'", "dataset.name = 'aardwolf-outlet'");
});

attack(18, async (world) => {
  const ordered = (term: string) => search(world, '', { order_by: [term] });
  const by = (at: string) => ({ at, use: 'order' }) as const;
  await world.blindsMlflow(by('Run.name'), 'runs/search', ordered('run_name ASC'), ordered('run_name DESC'));
  await world.blindsMlflow(by('Run.params'), 'runs/search', ordered('params.seed ASC'), ordered('params.none ASC'));
});

/** Each page of experiments, one by one. */
async function pagesOf(
  { mlflow }: World,
  role: ShippedRole,
  path: string,
  body: object,
): Promise<string[] | undefined> {
  const found: string[] = [];
  let page_token: string | undefined;
  for (let page = 0; page < 20; page++) {
    const seen = await mlflow(role, path, { ...body, max_results: 1, page_token });
    if (seen.status !== 200) return undefined;
    const { next_page_token: next, ...rest } = JSON.parse(seen.body) as Record<string, unknown>;
    found.push(JSON.stringify(Object.values(rest)[0] ?? []));
    if (next === undefined) return found;
    page_token = next as string;
  }
  throw new Error('There is no end to the pages');
}

attack(23, async (world) => {
  for (const role of shippedRoles) {
    const seen = await world.mlflow(role, 'experiments/search', { max_results: 100 });
    if (seen.status !== 200) continue;
    const { experiments } = JSON.parse(seen.body) as { experiments: unknown[] };
    const exact = await world.mlflow(role, 'experiments/search', { max_results: experiments.length });
    expect(exact.body, 'those of another project come no more').not.toContain('next_page_token');
    if (role === 'data_scientist') expect(experiments.length).toBeGreaterThan(1);
  }
});

attack(24, async (world) => {
  let seen = 0;
  for (const role of shippedRoles) {
    for (const [path, body] of [
      ['runs/search', search(world, '')],
      ['experiments/search', {}],
    ] as const) {
      const { body: text } = await world.mlflow(role, path, { ...body, max_results: 1 });
      const { next_page_token: token } = JSON.parse(text) as { next_page_token?: string };
      if (token === undefined) continue;
      seen += 1;
      const inside = Buffer.from(token, 'base64url').toString();
      expect(inside, `${path} for ${role}`).not.toContain(secrets.foreign);
      if (sidesOf('Run.name', 'select').mayNot.includes(role)) expect(inside).not.toMatch(/quagga|gerenuk/);
    }
  }
  expect(seen).toBeGreaterThan(8);
});

attack(25, async (world) => {
  const order_by = ['run_name ASC'];
  const first = await world.mlflow('data_scientist', 'runs/search', search(world, '', { max_results: 1, order_by }));
  const { next_page_token: token } = JSON.parse(first.body) as { next_page_token: string };
  const forged = Buffer.from('["runs:forged","a"]').toString('base64url');
  const asked = (page_token: string) => search(world, '', { max_results: 1, order_by, page_token });
  await world.blindsMlflow({ at: 'Run.name', use: 'cursor' }, 'runs/search', asked(token), asked(forged));
  const other = await world.mlflow('business_viewer', 'runs/search', search(world, '', { page_token: token }));
  expect(other.status, 'in another order it is of no use').not.toBe(200);
});

attack(26, async (world) => {
  for (const role of shippedRoles) {
    for (const [path, body] of [
      ['experiments/search', {}],
      ['runs/search', search(world, '')],
    ] as const) {
      const pages = await pagesOf(world, role, path, body);
      if (!pages) continue;
      expect(pages, `${path} for ${role}`).not.toContain('[]');
      const whole = JSON.parse((await world.mlflow(role, path, body)).body) as Record<string, unknown[]>;
      expect(pages.map((page) => (JSON.parse(page) as unknown[])[0])).toEqual(Object.values(whole)[0]);
    }
  }
});

attack(27, (world) =>
  world.hidesMlflow({ at: 'Run.params' }, secrets.param, `runs/get?run_id=${mlflowId(world.planted.run)}&columns=*`),
);

attack(29, async ({ mlflow }) => {
  for (const [path, body] of [
    ['registered-models/create', { name: `${secrets.foreign}-model` }],
    ['experiments/create', { name: `${secrets.foreign}-experiment` }],
  ] as const) {
    const first = await mlflow('ml_engineer', path, body);
    expect([200, 400], path).toContain(first.status); // 400 the second time: it is one's own by then
    expect(first.body).not.toContain('other');
  }
});

attack(30, async ({ planted, mlflow }) => {
  const same = async (path: string, body: (id: string) => object, ids: readonly string[]) => {
    for (const role of shippedRoles) {
      const [hidden, missing] = await Promise.all(ids.map((id) => mlflow(role, path, body(id))));
      expect(hidden!.status).toBe(['ml_engineer', 'data_engineer', 'ingest'].includes(role) ? 404 : 403);
      expect(hidden!.body.replace(ids[0]!, '')).toBe(missing!.body.replace(ids[1]!, ''));
    }
  };
  const runs = [mlflowId(planted.foreign.Run), mlflowId(missingLike('Run'))];
  await same('runs/delete', (run_id) => ({ run_id }), runs);
  await same('runs/set-tag', (run_id) => ({ run_id, key: 'a', value: 'b' }), runs);
  const models = [`${secrets.foreign}-model-2`, 'wombat-model-2'];
  await same('registered-models/rename', (name) => ({ name, new_name: 'mine' }), models);
});

/** Answers to the same question of something hidden and of something missing: but for what was asked they are the same. */
async function alike({ mlflow }: World, role: ShippedRole, path: (id: string) => string, ids: readonly string[]) {
  const [hidden, missing] = await Promise.all(
    ids.map(async (id) => {
      const { status, body } = await mlflow(role, path(id));
      return [status, body.replaceAll(id, '')];
    }),
  );
  expect(hidden, `${path('ID')} for ${role}`).toEqual(missing);
  return hidden![0];
}

const runIds = ({ planted }: World) => [mlflowId(planted.foreign.Run), mlflowId(missingLike('Run'))];

attack(31, async (world) => {
  for (const role of shippedRoles) {
    const status = await alike(world, role, (id) => `runs/get?run_id=${id}`, runIds(world));
    expect(status).toBe(sidesOf('Query.run', 'select').mayNot.includes(role) ? 403 : 404);
    await alike(world, role, (id) => `metrics/get-history?metric_key=auc&run_id=${id}`, runIds(world));
    await alike(world, role, (id) => `artifacts/list?run_id=${id}`, runIds(world));
    await alike(world, role, (name) => `registered-models/get?name=${name}`, [`${secrets.foreign}-model-2`, 'wombat-model-2']); // prettier-ignore
  }
});

attack(32, ({ hidesMlflow }) =>
  hidesMlflow({ at: 'ModelVersion.source' }, secrets.source, 'registered-models/get?name=lynx'),
);

attack(33, async ({ hidesMlflow, planted }) => {
  const path = `metrics/get-history-bulk-interval?run_ids=${mlflowId(planted.run)}&metric_key=auc`;
  await hidesMlflow({ at: 'Run.metrics' }, secrets.metric, path);
});

attack(35, async ({ mlflow, planted }) => {
  const run_id = mlflowId(planted.run);
  const updated = (role: ShippedRole) => mlflow(role, 'runs/update', { run_id, status: 'RUNNING' });
  expect((await updated('ml_engineer')).body).toContain(secrets.run);
  const { status, body } = await updated('ingest');
  expect([status, body], 'who writes it, and does not read it').toEqual([
    200,
    expect.not.stringContaining(secrets.run),
  ]);
});

attack(36, async ({ mlflow, planted }) => {
  const id = mlflowId(planted.run);
  const { may } = sidesOf('Run.metrics', 'select');
  for (const role of shippedRoles) {
    const { body } = await mlflow(role, `metrics/get-history?run_id=${id}&metric_key=auc`);
    expect(body.includes(secrets.metric), role).toBe(may.includes(role));
  }
});

attack(37, async ({ mlflow, planted }) => {
  const id = mlflowId(planted.run);
  const { mayNot } = sidesOf('Run.metrics', 'select');
  const reads = [
    [`runs/get?run_id=${id}`, undefined],
    ['runs/search', { experiment_ids: [planted.experiment] }],
    [`metrics/get-history?run_id=${id}&metric_key=auc`, undefined],
    ['registered-models/get?name=lynx', undefined],
    ['model-versions/get?name=lynx&version=1', undefined],
    ['model-versions/search', undefined],
    [`experiments/get?experiment_id=${planted.experiment}`, undefined],
    ['experiments/search', {}],
  ] as const;
  const hidden = [secrets.metric, secrets.param, secrets.run, secrets.source, 'gerenuk-experiment'];
  expect((await mlflow('ml_engineer', reads[0][0])).body).toContain(secrets.metric);
  for (const status of ['RUNNING', 'FINISHED']) {
    // what an ended run holds is kept, and sent, as text
    expect((await mlflow('ml_engineer', 'runs/update', { run_id: id, status })).status).toBe(200);
    for (const role of mayNot) {
      for (const [path, body] of reads) {
        const seen = JSON.stringify(await mlflow(role, path, body));
        // a service that writes gets back what its client needs to go on
        const kept = role === 'ingest' ? hidden.slice(0, 3) : hidden;
        for (const secret of kept) expect(seen, `${path} for ${role}, ${status}`).not.toContain(secret);
      }
    }
  }
});

attack(39, async ({ mlflow, planted }) => {
  const own = `runs/get?run_id=${mlflowId(planted.foreign.Run)}`;
  const seen = await Promise.all([
    mlflow('ml_engineer', own, undefined, 'other'),
    mlflow('ml_engineer', own),
    mlflow('governance_lead', own),
  ]);
  expect(seen[0].body).toContain(secrets.foreign);
  for (const one of seen.slice(1)) expect([one.status, one.body]).toEqual([404, expect.not.stringContaining(secrets.foreign)]);
}); // prettier-ignore

attack(42, async ({ mlflow, planted }) => {
  const path = `runs/get?run_id=${mlflowId(planted.run)}`;
  const first = await mlflow('ml_engineer', path);
  expect(first.body).toContain(secrets.param);
  for (const role of sidesOf('Run.params', 'select').mayNot) {
    expect((await mlflow(role, path)).body, role).not.toContain(secrets.param);
    expect((await mlflow('ml_engineer', path)).body).toBe(first.body);
  }
});

attack(43, async ({ app, mlflow, planted }) => {
  const run_id = mlflowId(planted.run);
  const params = [
    { key: 'jackal', value: 'first' },
    { key: 'seed', value: 'another than it was' }, // which is refused
  ];
  const [written, read] = await Promise.all([
    mlflow('ml_engineer', 'runs/log-batch', { run_id, params }),
    mlflow('ml_engineer', `runs/get?run_id=${run_id}`),
  ]);
  expect(written.status).toBe(400);
  expect(read.body).not.toContain('jackal');
  expect((await mlflow('ml_engineer', `runs/get?run_id=${run_id}`)).body, 'nothing of it stays').not.toContain('jackal');
  expect(app.internalErrors).toEqual([]);
}); // prettier-ignore

attack(45, async (world) => {
  const { mlflow, planted } = world;
  const bulk = (other: string) =>
    `metrics/get-history-bulk-interval?run_ids=${mlflowId(planted.run)}&run_ids=${other}&metric_key=auc`;
  const [hidden, missing] = await Promise.all(runIds(world).map((id) => mlflow('ml_engineer', bulk(id))));
  expect(hidden!.status).toBe(missing!.status);
  const [one, other] = runIds(world) as [string, string];
  expect(hidden!.body.replaceAll(one, '')).toBe(missing!.body.replaceAll(other, ''));
  expect(hidden!.body).not.toContain(secrets.foreign);
});

/** Whose token is good no more is answered as whose never was. */
const unknown = (world: World): Promise<Seen> => knock(world, 'mlflow', { token: 'aval_unknown' });

for (const [number, how] of [[47, 'revoked'], [55, 'expired'], [62, 'suspended']] as const) {
  attack(number, async (world) => {
    const person = await somebody(world, ['ml_engineer']);
    expect((await knock(world, 'mlflow', person)).body).toContain('gerenuk-experiment');
    await ends[how](world, person);
    expect(await knock(world, 'mlflow', person)).toEqual(await unknown(world));
  });
} // prettier-ignore

attack(49, async (world) => {
  for (const [roles, projects] of [
    [[], [world.app.projectId]],
    [['ml_engineer'], []],
    [['no_such_role'], 'all'],
  ] as const) {
    const { token } = await somebody(world, roles, { projects: projects === 'all' ? 'all' : [...projects] });
    expect((await knock(world, 'mlflow', { token })).body).not.toMatch(/gerenuk|numbat/);
    const { status } = await fetched(`${world.app.url}/api/2.0/mlflow/experiments/create`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: crypto.randomUUID() }),
    });
    expect([403, 404], 'nor is anything written').toContain(status);
  }
});

attack(54, async (world) => {
  const { token } = await somebody(world, ['ml_engineer']);
  const { headers } = await knock(world, 'mlflow', { token, headers: { origin: 'https://evil.example' } });
  expect(Object.keys(headers).join()).not.toMatch(/access-control-allow/);
});

attack(56, async (world) => expect(await knock(world, 'mlflow')).toMatchObject({ status: 401 }));

attack(58, async (world) => {
  const [first, ...others] = await Promise.all(
    ['{ not JSON', '{}', '{"max_results":"no"}', ''].map((body) => knock(world, 'mlflow', { body })),
  );
  for (const one of others) expect(one).toEqual(first);
  expect(first!.status).toBe(401);
});

attack(59, async ({ app, mlflow, planted }) => {
  await app.database.write((tx) => sql`alter table run_param rename to run_param_away`.execute(tx));
  try {
    const { body } = await mlflow('admin', `runs/get?run_id=${mlflowId(planted.run)}`);
    expect(body).toMatch(/INTERNAL/);
    expect(body).not.toMatch(/run_param|relation|select|does not exist|node_modules|\.ts\b|\bat /);
    expect(app.internalErrors.splice(0), 'who runs the server is told').not.toEqual([]);
  } finally {
    app.internalErrors.splice(0);
    await app.database.write((tx) => sql`alter table run_param_away rename to run_param`.execute(tx));
  }
});

attack(60, async (world) => {
  const models = [`${secrets.foreign}-model-3`, 'wombat-model-3'];
  const foreign = await world.mlflow('ml_engineer', 'registered-models/create', { name: models[0] }, 'other');
  expect([200, 400]).toContain(foreign.status);
  for (const role of shippedRoles) {
    await alike(world, role, (id) => `runs/get?run_id=${id}`, runIds(world));
    await alike(world, role, (name) => `model-versions/get?version=1&name=${name}`, models);
  }
});

attack(63, async ({ mlflow, planted }) => {
  const asked = { experiment_ids: [planted.experiment] };
  const { body: all } = await mlflow('admin', 'runs/search', asked);
  for (const odd of [{ run_view_type: { $ne: 'x' } }, { filter: { $regex: '.' } }, { order_by: [{ name: 1 }] }]) {
    expect((await mlflow('admin', 'runs/search', { ...asked, ...odd })).status).toBe(400);
  }
  const sneaked = JSON.parse(
    '{ "__proto__": { "quagga": true }, "constructor": { "prototype": { "quagga": true } } }',
  ) as object;
  await mlflow('admin', 'runs/search', { ...asked, constructor: sneaked });
  expect(({} as { quagga?: unknown }).quagga).toBeUndefined();
  expect((await mlflow('admin', 'runs/search', asked)).body).toBe(all);
});
