import { getNamedType, isInputObjectType } from 'graphql';
import { expect } from 'vitest';
import { shippedRoles, type ShippedRole } from '../../access/actor.ts';
import { attacks } from '../../testing/attacks/attack.ts';
import { hasNothingCalled } from '../../testing/attacks/names.ts';
import { sidesOf } from '../../testing/attacks/roles.ts';
import { missingLike } from '../../testing/attacks/plants.ts';
import { answerOf, surfaceNames, type Surface } from '../../testing/attacks/surfaces.ts';
import { secrets } from '../../testing/attacks/world.ts';

// Questions whose answer depends on a hidden value, though it is not in the answer.
const attack = attacks('http', 'stream', 'socket');

attack(19, async (world) => {
  hasNothingCalled(world, /^(group|sum|avg|average|minimum|maximum|aggregate)|(GroupBy|Aggregate|AggregateBy)$/i);
});

attack(20, async ({ data, planted }) => {
  const walks = (way: string, of: string) =>
    `query ($id: ID!) { node(id: $id) { ... on Asset { walk: ${way}(depth: 20) { ${of} } } } }`;
  for (const surface of surfaceNames) {
    const ask = async (role: ShippedRole, id: string, way: 'upstream' | 'downstream', of: string) =>
      (await data(role, walks(way, of), { id }, surface))?.node?.walk;
    // the version leads to a deployment and to a figure, which are not for everybody
    const all = (await ask('governance_lead', planted.version, 'downstream', 'assets { nodes { id } }')).assets.nodes;
    const ids = all.map((one: { id: string }) => one.id);
    const counts = new Map<string, number>();
    for (const role of shippedRoles) {
      // the dataset came from one in another project
      const whole = await ask(role, planted.dataset, 'upstream', 'assets { nodes { id } }');
      if (!whole) continue; // who sees no lineage
      expect((await ask(role, planted.dataset, 'upstream', 'assetCount')).assetCount, role).toBe(
        whole.assets.nodes.length,
      );
      const { nodes } = await data(role, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids }, surface);
      const met = nodes.filter((one: unknown) => one !== null).length;
      expect((await ask(role, planted.version, 'downstream', 'assetCount')).assetCount, role).toBe(met);
      counts.set(role, met);
    }
    expect(counts.get('data_scientist')).toBeLessThan(counts.get('governance_lead')!);
  }
});

attack(21, async (world) => hasNothingCalled(world, /^(having|distinct|distinctOn|unique)$/i));

attack(22, async (world) => hasNothingCalled(world, /search|^(match|fulltext|keywords)$/i));

attack(23, async (world) => {
  hasNothingCalled(world, /total|^count$/i);
  const query =
    'query ($first: Int) { kpis(first: $first) { nodes { name } pageInfo { hasNextPage hasPreviousPage } } }';
  for (const surface of surfaceNames) {
    const ask = async (role: ShippedRole, first?: number) => (await world.data(role, query, { first }, surface))?.kpis;
    for (const role of shippedRoles) {
      const seen = (await ask(role))?.nodes.length as number | undefined;
      if (!seen) continue;
      expect((await ask(role, seen)).pageInfo, role).toEqual({ hasNextPage: false, hasPreviousPage: false });
    }
    expect((await ask('business_viewer')).nodes, 'the third is for operators only').toHaveLength(2);
    expect((await ask('operator', 2)).pageInfo.hasNextPage).toBe(true);
  }
});

attack(24, async ({ app, data }) => {
  const schema = app.aval.schema;
  const lists = Object.values(schema.getQueryType()!.getFields()).filter(
    (field) => getNamedType(field.type).name.endsWith('Connection') && field.name !== 'accessMatrix',
  );
  expect(lists.length).toBeGreaterThan(9);
  const text = (cursor: string | null): string => Buffer.from(cursor ?? '', 'base64url').toString();
  let seen = 0;
  const listed = (names: readonly string[]): string =>
    `{ ${names.map((name) => `${name}(first: 5) { edges { cursor } pageInfo { startCursor endCursor } }`).join(' ')} }`;
  for (const surface of surfaceNames) {
    for (const role of shippedRoles) {
      const open = lists
        .filter(({ name }) => sidesOf(`Query.${name}`, 'select').may.includes(role))
        .map(({ name }) => name);
      // what a list is made of may be refused where the list is not, and refuses the whole
      const answers = [open, ...open.map((name) => [name])].map(
        (names) => () => data(role, listed(names), {}, surface),
      );
      const whole = await answers[0]!();
      const lone = whole ? [whole] : await Promise.all(answers.slice(1).map((ask) => ask()));
      for (const [name, page] of lone.flatMap((answer) => Object.entries(answer ?? {}))) {
        const { edges, pageInfo } = page as {
          edges: { cursor: string }[];
          pageInfo: { startCursor: string; endCursor: string };
        };
        const cursors = [...edges.map(({ cursor }) => cursor), pageInfo.startCursor, pageInfo.endCursor].map(text);
        seen += edges.length;
        for (const [secret, coordinate] of cursorSecrets) {
          if (sidesOf(coordinate, 'select').mayNot.includes(role)) {
            expect(cursors.join(), `${name} for ${role}`).not.toContain(secret);
          }
        }
        expect(cursors.join()).not.toContain(secrets.foreign);
      }
    }
  }
  expect(seen).toBeGreaterThan(90);
});
const cursorSecrets = [
  ['gerenuk-experiment', 'Experiment.name'],
  [secrets.run, 'Run.name'],
  [secrets.dataset, 'Dataset.name'],
  [secrets.environment, 'Deployment.environment'],
] as const;

attack(26, async ({ data }) => {
  const walk = async (role: ShippedRole, surface: Surface, list: string, more = ''): Promise<string[]> => {
    const found: string[] = [];
    let after: string | null = null;
    for (let page = 0; page < 20; page++) {
      const query = `query ($after: String) { ${list}(first: 1, after: $after${more}) { nodes { id } pageInfo { hasNextPage endCursor } } }`;
      const { nodes, pageInfo } = (await data(role, query, { after }, surface))[list] as {
        nodes: { id: string }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      };
      found.push(...nodes.map((one) => one.id));
      if (!pageInfo.hasNextPage) return found;
      after = pageInfo.endCursor;
    }
    throw new Error('There is no end to the pages');
  };
  const whole = async (role: ShippedRole, surface: Surface, list: string, more = ''): Promise<string[] | undefined> =>
    (await data(role, `{ ${list}${more} { nodes { id } } }`, {}, surface))?.[list].nodes.map(
      (one: { id: string }) => one.id,
    );
  const order = 'orderBy: [{ metric: "auc" }]'; // one run has the metric, the others lack it
  for (const surface of surfaceNames) {
    for (const role of shippedRoles) {
      const kpis = await whole(role, surface, 'kpis');
      if (kpis) expect(await walk(role, surface, 'kpis'), `${role} over ${surface}`).toEqual(kpis);
      // a figure for operators stands between the two for business
      if (role === 'business_viewer') expect(kpis).toHaveLength(2);
      const runs = await whole(role, surface, 'runs', `(${order})`);
      if (runs) expect(await walk(role, surface, 'runs', `, ${order}`), `${role} over ${surface}`).toEqual(runs);
      if (role === 'data_scientist') expect(runs!.length).toBeGreaterThan(1);
    }
  }
});

attack(27, async ({ hides }) => {
  for (const keys of ['', '(keys: null)', '(keys: [])', '(keys: ["*", "seed"])']) {
    const query = `{ runs { nodes { none: params(keys: ["none"]) { key } params${keys} { value } more: params { value } } } }`;
    await hides({ at: 'Run.params' }, secrets.param, query);
  }
});

attack(28, async ({ app, ask }) => {
  const { kpis, identity } = app.aval.services;
  const lead = await identity.authenticate(await app.token('governance_lead'));
  const name = crypto.randomUUID();
  const id = await kpis.define(lead, { name, direction: 'HIGHER_IS_BETTER', definition: 'd', roles: ['operator'] });
  await kpis.recordValue(lead, id, { value: 0.616161, subjects: 5, at: new Date(1) });
  await kpis.recordValue(lead, id, { value: 0.313131, subjects: 4, at: new Date(2) });
  await app.aval.integrator.integrate();
  const figures = `{ kpis(where: { name: { eq: "${name}" } }) { nodes { value { value status subjects } history { value status subjects } } } }`;
  const log = '{ auditEvents(where: { action: { eq: "kpi.value-recorded" } }) { nodes { details } } }';
  for (const surface of surfaceNames) {
    expect((await ask('operator', figures, surface)).body).toContain('0.616161');
    for (const role of shippedRoles) {
      for (const query of [figures, log])
        expect((await ask(role, query, surface)).body, role).not.toMatch(/0\.313131|"subjects":4/);
    }
  }
  // nor does an input cut a figure down to a few people
  const about = Object.values(app.aval.schema.getTypeMap()).filter(
    (type) => isInputObjectType(type) && /^(Kpi|ColumnProfile|Metric)/.test(type.name),
  );
  expect(about.map((type) => type.name).sort()).toEqual(['KpiFilter', 'MetricFilter']);
});

attack(29, async ({ app, ask }) => {
  const foreign = await app.aval.services.identity.authenticate(await app.token('governance_lead', 'other'));
  const kpi = { direction: 'HIGHER_IS_BETTER', definition: 'd', roles: ['operator'] } as const;
  const query = 'mutation ($input: DefineKpiInput!) { defineKpi(input: $input) { kpi { name } } }';
  for (const surface of surfaceNames) {
    const name = `${secrets.foreign}-${crypto.randomUUID()}`; // another project has it by now
    await app.aval.services.kpis.define(foreign, { ...kpi, name });
    const made = await ask('governance_lead', { query, variables: { input: { ...kpi, name } } }, surface);
    expect(answerOf(made).data).toEqual({ defineKpi: { kpi: { name } } });
  }
});

attack(30, async ({ ask, planted }) => {
  const of = (type: 'Kpi' | 'Dataset') => [planted.foreign[type], missingLike(type)];
  const pairs = [
    of('Kpi').map((id) => `mutation { recordKpiValue(input: { kpiId: "${id}", value: 1 }) { kpi { id } } }`),
    of('Dataset').map((id) => `mutation { untagAsset(input: { assetId: "${id}", tag: "special-category:health" }) { assignment { origin } } }`),
  ]; // prettier-ignore
  for (const surface of surfaceNames) {
    for (const role of shippedRoles) {
      for (const [hidden, missing] of pairs) {
        const seen = await ask(role, hidden!, surface);
        expect(seen, `${role} over ${surface}`).toEqual(await ask(role, missing!, surface));
        expect(seen.body).toMatch(role === 'governance_lead' ? /NOT_FOUND/ : /FORBIDDEN/);
      }
    }
  }
});
