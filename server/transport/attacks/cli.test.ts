import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { expect, vi } from 'vitest';
import { shippedRoles, type ShippedRole } from '../../access/actor.ts';
import { attacks } from '../../testing/attacks/attack.ts';
import { reportCommand, tokenCommand, type Ended } from '../../testing/attacks/commands.ts';
import { ends, somebody } from '../../testing/attacks/knock.ts';
import type { World } from '../../testing/attacks/world.ts';

// The commands that ask a server: each is a process of its own, as someone at a terminal starts it.
vi.setConfig({ testTimeout: 120_000 });
const attack = attacks('cli');

const named = (name: string, role = 'ml_engineer', project = 'test') => ['--name', name, '--role', role, '--project', project]; // prettier-ignore

async function tokenAs({ app, tries }: World, role: ShippedRole, ...args: readonly string[]): Promise<Ended> {
  tries('cli', role);
  return tokenCommand(app.url, await app.token(role), ...args);
}

const accounts = async ({ app }: World, pattern: string) =>
  (await app.database.read.selectFrom('principal').select('name').where('name', 'like', pattern).execute()).length;

/** It failed, made nothing, and says no more than the words do. */
function expectRefused(ended: Ended, words: RegExp): void {
  expect([ended.code, ended.stdout]).toEqual([1, '']);
  expect(ended.stderr).toMatch(words);
  expect(ended.stderr).not.toMatch(/aval_|quagga|numbat|\.ts\b|\n\s+at /);
}

attack(29, async (world) => {
  const { app } = world;
  const theirs = await somebody(world, ['admin'], { projects: [(await app.aval.services.identity.authenticate(await app.token('admin', 'other'))).defaultProjectId] }); // prettier-ignore
  const [{ name }] = (await app.database.read.selectFrom('principal').select('name').where('id', '=', theirs.principalId).execute()) as [{ name: string }]; // prettier-ignore
  // accounts are the organisation's: that a name is taken is said to who makes accounts, and nothing else of whoever has it
  const ended = await tokenAs(world, 'admin', ...named(name));
  expectRefused(ended, /^No token was made: A principal of this name exists\.\s*$/);
});

attack(37, async (world) => {
  await Promise.all(
    shippedRoles.map(async (role) => {
      const ended = await tokenAs(world, role, ...named(`cli-${role}`, 'admin'));
      if (role === 'admin') expect([ended.code, ended.stdout]).toEqual([0, expect.stringMatching(/^aval_\S+\n$/)]);
      else expectRefused(ended, /^No token was made: You may not change Mutation\.createPrincipal/);
    }),
  );
  expect(await accounts(world, 'cli-%')).toBe(1);
});

attack(38, async ({ app, tries }) => {
  await Promise.all(
    shippedRoles.map(async (role) => {
      // whoever asks for the site of another role than their own
      tries('cli', role);
      const other = role === 'governance_lead' ? 'compliance_reviewer' : 'governance_lead';
      if (role === 'admin') return; // who may take any role, to see what others see
      const built = await reportCommand(app.url, await app.token(role), other);
      expect([built.code, [...built.files.keys()]], role).toEqual([1, []]);
      expect(built.stderr + built.stdout).not.toMatch(/quagga|okapi|numbat/);
    }),
  );
});

for (const [number, how] of [[47, 'revoked'], [55, 'expired'], [62, 'suspended']] as const) {
  attack(number, async (world) => {
    const person = await somebody(world, ['admin']);
    await ends[how](world, person);
    world.tries('cli');
    const asked = named(`dead-${how}`);
    const [dead, unknown] = await Promise.all(
      [person.token, 'aval_unknown'].map((token) => tokenCommand(world.app.url, token, ...asked)),
    );
    expectRefused(dead!, /The token is not valid/);
    expect(dead).toEqual(unknown);
    expect(await accounts(world, `dead-${how}`)).toBe(0);
  });
} // prettier-ignore

attack(49, async (world) => {
  world.tries('cli');
  for (const projects of [[], 'all'] as const) {
    const person = await somebody(world, projects === 'all' ? ['no_such_role'] : ['admin'], { projects: projects === 'all' ? 'all' : [] }); // prettier-ignore
    expectRefused(await tokenCommand(world.app.url, person.token, ...named('partial')), /^No token was made/);
  }
  expect(await accounts(world, 'partial')).toBe(0);
});

attack(56, async (world) => {
  world.tries('cli');
  expectRefused(await tokenCommand(world.app.url, undefined, ...named('nobody')), /A token is needed/);
});

attack(59, async (world) => {
  const { app } = world;
  await app.database.write((tx) => sql`alter table role_grant rename column role to role_away`.execute(tx));
  let ended: Ended | undefined;
  try {
    ended = await tokenAs(world, 'admin', ...named('broken'));
  } finally {
    app.internalErrors.splice(0);
    await app.database.write((tx) => sql`alter table role_grant rename column role_away to role`.execute(tx));
  }
  expectRefused(ended, /went wrong on our side/);
  expect(ended.stderr).not.toMatch(/role_grant|role_away|column|relation|select|insert/);
});

attack(60, async (world) => {
  for (const role of shippedRoles) {
    const [hidden, missing] = await Promise.all(
      ['other', 'wombat'].map((project) => tokenAs(world, role, ...named(`sixty-${role}`, 'ml_engineer', project))),
    );
    expect(hidden, `a project that ${role} does not see, and one that is not there`).toEqual(missing);
    expectRefused(hidden!, /^No token was made/);
  }
  expect(await accounts(world, 'sixty-%')).toBe(0);
});

attack(64, async ({ tries }) => {
  tries('cli');
  const { scripts } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const ours = Object.entries(scripts).filter(([, text]) => /^(node|tsx) .*\.ts/.test(text));
  expect(ours.map(([name]) => name).sort(), 'a new command is attacked here, or said to ask no server').toEqual(
    [...asking, ...onOwnDatabase, ...withoutOne].sort(),
  );
});
/** They ask by a token, as whoever holds it. */
const asking = ['token', 'report'];
/** Whoever starts these owns the database: the server, the demo on one that it throws away, measurements on theirs. */
const onOwnDatabase = ['start', 'demo', 'bench', 'orders', 'migration'];
/** From the sources to files. */
const withoutOne = ['schema', 'generated', 'breaking'];
