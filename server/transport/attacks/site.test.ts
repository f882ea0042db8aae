import { sql } from 'kysely';
import { expect, inject, vi } from 'vitest';
import type { ShippedRole } from '../../access/actor.ts';
import { attacks } from '../../testing/attacks/attack.ts';
import { filesOnShelf, reportCommand, type Built } from '../../testing/attacks/commands.ts';
import { ends, somebody } from '../../testing/attacks/knock.ts';
import { planting } from '../../testing/attacks/planting.ts';
import { sidesOf, takingAlike } from '../../testing/attacks/roles.ts';
import { secrets, type World } from '../../testing/attacks/world.ts';

// The site as `npm run report` builds it for each role: what is hidden is in no byte and no name of what it leaves.
vi.setConfig({ testTimeout: 240_000 });
const attack = attacks('site');

const built = new WeakMap<World, { ready: Promise<void>; sites: Map<string, Promise<Built>> }>();
/** The first of each group stands for it. */
const alike = new Map(takingAlike().map((roles) => [roles[0]!, roles]));

/** The site of a role and of all who may take the same along; one build serves all attacks, but none on another leak. */
async function siteOf(world: World, role: ShippedRole): Promise<Built> {
  world.tries('site', ...(alike.get(role) ?? [role]));
  const { ready, sites } = built.get(world) ?? {
    ready: figureOverFew(world),
    sites: new Map<string, Promise<Built>>(),
  };
  built.set(world, { ready, sites });
  const key = `${role} ${String(planting.plantedLeak)}`;
  const build = async () => {
    await ready;
    return reportCommand(world.app.url, await world.app.token(role), role);
  };
  const site = sites.get(key) ?? build();
  sites.set(key, site);
  return site;
}

/** For attack 28: a figure over five, and one over four. */
async function figureOverFew({ app }: World): Promise<void> {
  const { kpis, identity } = app.aval.services;
  const lead = await identity.authenticate(await app.token('governance_lead'));
  const id = await kpis.define(lead, { name: 'few', direction: 'HIGHER_IS_BETTER', definition: 'd', roles: ['operator'] });
  await kpis.recordValue(lead, id, { value: 0.616161, subjects: 5, at: new Date(1) });
  await kpis.recordValue(lead, id, { value: 0.313131, subjects: 4, at: new Date(2) });
  await app.aval.integrator.integrate();
} // prettier-ignore

/** All at once, of which two are built at a time; with a leak planted one by one, since the first that tells is enough. */
async function eachSite(world: World, look: (role: ShippedRole, site: Built) => void): Promise<void> {
  if (!inject('plantLeaks')) await Promise.all([...alike.keys()].map((role) => siteOf(world, role)));
  for (const role of ['business_viewer', ...alike.keys()] as const) look(role, await siteOf(world, role));
}

const takers = (at: string): readonly ShippedRole[] =>
  sidesOf(at, 'select').may.filter((role) => sidesOf(at, 'export').may.includes(role));

/** No byte of the sites of roles that may not take the field along; in those of some who may. */
async function hides(world: World, at: string, secret: string): Promise<void> {
  const who = takers(at);
  const told: ShippedRole[] = [];
  await eachSite(world, (role, { bytes }) => {
    if (bytes.includes(secret)) told.push(role);
    if (!who.includes(role)) expect(bytes.includes(secret), `${secret} in the site of ${role}`).toBe(false);
  });
  expect(told, `${secret} is in some site`).not.toEqual([]);
}

const page = ({ files }: Built, path: string): string => files.get(`site/${path}`) ?? '';

attack(17, async (world) => {
  const { may } = sidesOf('ModelVersion.learnedFrom', 'filter');
  await eachSite(world, (role, site) => {
    const answer = page(site, 'questions/learned-from/index.html');
    expect(answer.includes('lynx'), role).toBe(may.includes(role) && takers('ModelVersion.learnedFrom').includes(role));
  });
});

attack(23, (world) =>
  eachSite(world, (role, { bytes }) => {
    if (!['operator', 'governance_lead', 'compliance_reviewer', 'admin'].includes(role)) {
      expect(bytes.includes(secrets.kpi), role).toBe(false);
    } else expect(bytes, role).toContain(secrets.kpi);
  }),
);

attack(24, async (world) => {
  let seen = 0;
  await eachSite(world, (role, { bytes }) => {
    // ids, and whatever cursors the evidence may hold: nothing is inside that is not outside
    const inside = [...bytes.matchAll(/[\w-]{20,}/g)].map(([text]) =>
      Buffer.from(text, 'base64url').toString('latin1'),
    );
    seen += inside.filter((text) => /^[A-Z]\w+:[0-9a-f-]{36}/.test(text)).length;
    const all = inside.join('\n');
    expect(all.includes(secrets.foreign), role).toBe(false);
    for (const [at, secret] of [
      ['Run.name', secrets.run],
      ['Dataset.name', secrets.dataset],
      ['Experiment.name', 'gerenuk'],
    ] as const) {
      if (!takers(at).includes(role)) expect(all.includes(secret), role).toBe(false);
    }
  });
  expect(seen, 'there is something to look into').toBeGreaterThan(100);
});

attack(26, (world) =>
  eachSite(world, (role, site) => {
    if (role !== 'business_viewer') return;
    // a figure for operators stands between the two for business
    for (const figure of ['a figure for business', 'zebra figure for business']) {
      expect(page(site, 'kpis/index.html')).toContain(figure);
    }
  }),
);

attack(27, (world) => hides(world, 'Run.params', secrets.param));

attack(28, (world) =>
  eachSite(world, (role, { bytes }) => {
    expect(bytes, role).not.toContain('0.313131');
    if (role === 'operator') expect(bytes).toContain('0.616161');
  }),
);

attack(32, (world) => hides(world, 'ModelVersion.source', secrets.source));

attack(33, async (world) => {
  await hides(world, 'Run.metrics', secrets.metric);
  await hides(world, 'Column.profile', secrets.maximum);
});

attack(34, (world) => eachSite(world, (role, { bytes }) => expect(bytes.includes(secrets.foreign), role).toBe(false)));

attack(36, async (world) => {
  await hides(world, 'Dataset.tags', secrets.tag);
  await eachSite(world, (role, { bytes }) => {
    if (!['operator', 'governance_lead', 'compliance_reviewer', 'admin'].includes(role)) {
      expect(bytes, role).not.toContain(secrets.kpiValue);
    }
  });
});

attack(38, async (world) => {
  for (const [at, secret] of [
    ['Run.name', secrets.run],
    ['Run.params', secrets.param],
    ['Dataset.name', secrets.dataset],
    ['Deployment.environment', secrets.environment],
    ['ModelVersion.source', secrets.source],
  ] as const) {
    await hides(world, at, secret);
  }
  await eachSite(world, (role, { code, files }) => {
    expect([role, code]).toEqual([role, 0]);
    // nothing that a build works with is handed over: no bundle, no cache, no map of sources
    const handed = [...files.keys()].filter(
      (name) => !/^site\/(.*\.html|evidence\/[\w-]+\.json|SHA256SUMS)$/.test(name),
    );
    expect(handed, role).toEqual([]);
  });
  const shelf = [...(await filesOnShelf())].flat().join('\n');
  expect(/quagga|okapi|civet|serval|genet-|dhole|numbat/.exec(shelf)?.[0], 'nor does it stay behind').toBeUndefined();
  // an admin's token, for the site of somebody else
  const narrowed = await reportCommand(world.app.url, await world.app.token('admin'), 'business_viewer');
  expect(narrowed.code).toBe(0);
  expect(narrowed.bytes).not.toMatch(/quagga|okapi|civet|serval|genet-|dhole|numbat/);
});

attack(39, async (world) => {
  // of one server, built at the same moment, on one shelf
  const [whole, little] = await Promise.all([siteOf(world, 'governance_lead'), siteOf(world, 'business_viewer')]);
  expect(whole.bytes).toContain(secrets.run);
  expect(little.bytes).not.toMatch(/quagga|okapi|civet|serval|genet-|dhole/);
});

attack(40, async (world) => {
  await hides(world, 'Dataset.name', secrets.dataset);
  const { bytes } = await siteOf(world, 'business_viewer');
  expect(bytes, 'a model’s name is on the same pages').toContain('lynx');
});

/** Nothing was built, and nothing is said but why. */
function expectNothing({ code, files, stdout, stderr }: Built, why: RegExp): void {
  expect([code, [...files.keys()], stdout]).toEqual([1, [], '']);
  expect(stderr).toMatch(why);
  expect(stderr).not.toMatch(/quagga|numbat|aval_|\.ts\b|\n\s+at /);
}

for (const [number, how] of [[47, 'revoked'], [55, 'expired'], [62, 'suspended']] as const) {
  attack(number, async (world) => {
    const person = await somebody(world, ['governance_lead']);
    await ends[how](world, person);
    world.tries('site');
    expectNothing(await reportCommand(world.app.url, person.token, 'governance_lead'), /does not know this token/);
  });
} // prettier-ignore

attack(49, async (world) => {
  world.tries('site');
  const person = await somebody(world, ['governance_lead'], { projects: [] });
  const { bytes } = await reportCommand(world.app.url, person.token, 'governance_lead');
  expect(bytes).not.toMatch(/quagga|okapi|civet|serval|genet-|dhole|zebra|lynx|numbat/);
});

attack(56, async (world) => {
  world.tries('site');
  expectNothing(await reportCommand(world.app.url, undefined, 'governance_lead'), /A token is needed/);
});

attack(59, async (world) => {
  const { app } = world;
  world.tries('site');
  await app.database.write((tx) => sql`alter table run_param rename to run_param_away`.execute(tx));
  try {
    const ended = await reportCommand(app.url, await app.token('governance_lead'), 'governance_lead');
    expectNothing(ended, /INTERNAL/);
    expect(ended.stderr).not.toMatch(/run_param|relation|select|does not exist/);
  } finally {
    app.internalErrors.splice(0);
    await app.database.write((tx) => sql`alter table run_param_away rename to run_param`.execute(tx));
  }
});
