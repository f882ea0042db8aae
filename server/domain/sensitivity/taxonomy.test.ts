import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { insertAssets } from '../assets/asset.service.ts';
import { systemActor } from '../store.ts';
import { groundOf } from '../verdicts/ground.read-model.ts';
import { tagsReaching } from './reach.read-model.ts';
import { ensureTags, seedTaxonomy } from './taxonomy.service.ts';

let app: TestApp;
let now = new Date('2026-03-03T09:00:00.000Z');
beforeAll(async () => {
  app = await startTestApp({ clock: { now: () => now } });
});
afterAll(() => app.close());

type Role = Parameters<TestApp['graphql']>[0];
const tagFields = 'tag { name label category iri retiredAt parent { name } }';
const mutations = {
  define: `mutation($input: DefineTagInput!) { defineTag(input: $input) { ${tagFields} } }`,
  move: `mutation($input: MoveTagInput!) { moveTag(input: $input) { ${tagFields} } }`,
  retire: `mutation($input: RetireTagInput!) { retireTag(input: $input) { ${tagFields} } }`,
};
interface Tag {
  name: string;
  label: string;
  category: string;
  iri: string | null;
  retiredAt: string | null;
  parent: { name: string } | null;
}
async function change(what: keyof typeof mutations, input: object): Promise<Tag> {
  const { data, errors } = await app.graphql('governance_lead', mutations[what], { input });
  expect(errors).toBeUndefined();
  return (Object.values(data!)[0] as { tag: Tag }).tag;
}
async function refusal(what: keyof typeof mutations, input: object, role: Role = 'governance_lead') {
  const { errors } = await app.graphql(role, mutations[what], { input });
  return errors?.[0] && { ...errors[0].extensions, message: errors[0].message };
}
const parentsAt = async (asOf: Date | null) => (await groundOf(app.database.read, { asOf })).tags;
const described = { label: 'a label', description: 'What it is.' };

describe('an organisation’s taxonomy', () => {
  test('takes a tag below another, of whose category it is, and a family of its own', async () => {
    const sleep = { name: 'special-category:sleep', parent: 'special-category:health', ...described, iri: 'https://w3id.org/dpv/pd#Health' }; // prettier-ignore
    expect(await change('define', sleep)).toEqual({
      name: sleep.name, label: 'a label', category: 'SPECIAL_CATEGORY', iri: sleep.iri, retiredAt: null, parent: { name: sleep.parent },
    }); // prettier-ignore
    expect(await change('define', { name: 'trade-secret', category: 'OTHER', ...described })).toMatchObject({
      category: 'OTHER',
      parent: null,
    });
    expect(await change('define', { name: 'trade-secret:recipe', parent: 'trade-secret', ...described })).toMatchObject({ category: 'OTHER' }); // prettier-ignore
  });

  test.each([
    ['a name in other letters', { name: 'Sleep' }, 'BAD_INPUT', 'input.name'],
    ['a name with an empty part', { name: 'special-category:' }, 'BAD_INPUT', 'input.name'],
    ['an unknown parent', { name: 'one', parent: 'nowhere' }, 'BAD_INPUT', 'input.parent'],
    ['neither parent nor category', { name: 'one' }, 'BAD_INPUT', 'input.category'],
    ['another category than its parent’s', { name: 'one', parent: 'financial', category: 'OTHER' }, 'BAD_INPUT', 'input.category'], // prettier-ignore
    ['what is no IRI', { name: 'one', category: 'OTHER', iri: 'dpv:Health' }, 'BAD_INPUT', 'input.iri'],
    ['half an IRI', { name: 'one', category: 'OTHER', iri: 'https://' }, 'BAD_INPUT', 'input.iri'],
    ['an IRI with a space', { name: 'one', category: 'OTHER', iri: 'https://w3id.org/dpv#A b' }, 'BAD_INPUT', 'input.iri'], // prettier-ignore
    ['no label', { name: 'one', category: 'OTHER', label: ' ' }, 'BAD_INPUT', 'input.label'],
    ['a name that is taken', { name: 'financial', category: 'OTHER' }, 'ALREADY_EXISTS', 'input.name'],
  ])('refuses %s', async (_, input, code, field) => {
    expect(await refusal('define', { ...described, ...input })).toMatchObject({ code, field });
  });

  test('moves a tag and what is below it, which takes over the category; the past keeps the old place', async () => {
    const before = now;
    now = new Date('2026-03-04T09:00:00.000Z');
    expect(await change('move', { name: 'trade-secret', parent: 'confidential' })).toMatchObject({ category: 'OTHER', parent: { name: 'confidential' } }); // prettier-ignore
    const between = new Date('2026-03-04T12:00:00.000Z');
    now = new Date('2026-03-05T09:00:00.000Z');
    expect(await change('move', { name: 'trade-secret', parent: 'financial' })).toMatchObject({
      category: 'FINANCIAL',
    });
    const { data } = await app.graphql('governance_lead', '{ sensitivityTags { name category } }');
    const tags = data!['sensitivityTags'] as Tag[];
    expect(tags.find(({ name }) => name === 'trade-secret:recipe')!.category).toBe('FINANCIAL');
    const places = await Promise.all([before, between, null].map(parentsAt));
    expect(places.map((parents) => parents.get('trade-secret'))).toEqual([null, 'confidential', 'financial']);
    expect(places.map((parents) => parents.get('trade-secret:recipe'))).toEqual(Array(3).fill('trade-secret'));
    const seen = async (asOf: Date) => {
      const query = 'query ($asOf: DateTime) { sensitivityTags(asOf: $asOf) { name category parent { name parent { name } } } purposes(asOf: $asOf) { code } }'; // prettier-ignore
      const answer = await app.graphql('governance_lead', query, { asOf: asOf.toISOString() });
      expect(answer.errors).toBeUndefined();
      return answer.data as { sensitivityTags: Tag[]; purposes: object[] };
    };
    const recipe = async (asOf: Date) => (await seen(asOf)).sensitivityTags.find(({ name }) => name === 'trade-secret:recipe'); // prettier-ignore
    expect(await recipe(between)).toMatchObject({ category: 'OTHER', parent: { name: 'trade-secret', parent: { name: 'confidential' } } }); // prettier-ignore
    expect(await recipe(now)).toMatchObject({ category: 'FINANCIAL', parent: { parent: { name: 'financial' } } });
    expect(await seen(new Date('2026-03-02T00:00:00.000Z'))).toEqual({ sensitivityTags: [], purposes: [] });
  });

  test('is no circle: the refusal names the field and what to do', async () => {
    for (const parent of ['trade-secret', 'trade-secret:recipe']) {
      expect(await refusal('move', { name: 'trade-secret', parent })).toMatchObject({
        code: 'BAD_INPUT',
        field: 'input.parent',
        remedy: expect.stringContaining('not below trade-secret') as string,
      });
    }
    expect(await refusal('move', { name: 'nothing', parent: 'financial' })).toMatchObject({ code: 'NOT_FOUND', field: 'input.name' }); // prettier-ignore
  });

  test('is no circle either when two moves at once would make one', async () => {
    for (const name of ['one', 'two']) await change('define', { name, category: 'OTHER', ...described });
    const both = await Promise.all([
      refusal('move', { name: 'one', parent: 'two' }),
      refusal('move', { name: 'two', parent: 'one' }),
    ]);
    expect(both.filter((refused) => refused !== undefined)).toEqual([
      expect.objectContaining({ code: 'BAD_INPUT', field: 'input.parent' }),
    ]);
  });

  test('stays as it is when the server starts again, and when an event names its tags', async () => {
    await change('move', { name: 'special-category:biometric', parent: 'personal-data:identifier' });
    const before = await parentsAt(null);
    await seedTaxonomy(app.aval.store);
    const said = { parent: null, category: 'OTHER' as const, label: 'recipe', iri: null, description: 'An event’s.' };
    await app.aval.store.write(systemActor, (tx) =>
      ensureTags(
        tx,
        [
          { name: 'trade-secret:recipe', ...said },
          { name: 'named-by-an-event', ...said },
        ],
        'PRODUCER',
      ),
    );
    expect(await parentsAt(null)).toEqual(new Map([...before, ['named-by-an-event', null]]));
  });

  test('retires a tag: nothing new takes it, and what holds it goes on', async () => {
    const [tagged, untagged] = await app.aval.store.write(systemActor, (tx) =>
      insertAssets(
        tx,
        ['kitchen', 'cellar'].map((name) => ({ kind: 'DATASET', projectId: app.projectId, name })),
      ),
    );
    const { sensitivity, identity } = app.aval.services;
    const lead = await identity.authenticate(await app.token('governance_lead'));
    const tag = 'trade-secret:recipe';
    await sensitivity.tagAsset(lead, { assetId: tagged!.id, tag });
    expect(await refusal('retire', { name: 'trade-secret', reason: 'Not ours any more.' })).toMatchObject({ code: 'CONFLICT', field: 'input.name' }); // prettier-ignore
    const retired = await change('retire', { name: 'trade-secret:recipe', reason: 'Published.' });
    expect(retired.retiredAt).toBe(now.toISOString());
    await expect(sensitivity.tagAsset(lead, { assetId: untagged!.id, tag })).rejects.toMatchObject({ code: 'BAD_INPUT', field: 'input.tag' }); // prettier-ignore
    const reaching = await tagsReaching(app.database.read, [tagged!.key], { asOf: null, now });
    expect(reaching.get(tagged!.key)).toMatchObject([{ tag }]);
    expect(await refusal('define', { name: 'trade-secret:recipe:soup', parent: 'trade-secret:recipe', ...described })).toMatchObject({ code: 'BAD_INPUT', field: 'input.parent' }); // prettier-ignore
  });

  test.each(['data_engineer', 'data_scientist', 'business_viewer', 'operator'] as const)('is not for a %s to change', async (role) => {
    expect(await refusal('define', { name: 'mine', category: 'OTHER', ...described }, role)).toMatchObject({ code: 'FORBIDDEN' }); // prettier-ignore
    expect(await refusal('move', { name: 'one', parent: 'financial' }, role)).toMatchObject({ code: 'FORBIDDEN' });
    expect(await refusal('retire', { name: 'one', reason: 'No.' }, role)).toMatchObject({ code: 'FORBIDDEN' });
  }); // prettier-ignore

  test('leaves each change in the log', async () => {
    await app.aval.integrator.integrate();
    const rows = await app.database.read.selectFrom('event_log').select(['action', 'details']).where('action', 'in', ['tag.defined', 'tag.moved', 'tag.retired']).orderBy('idx').execute(); // prettier-ignore
    expect(rows.filter(({ action }) => action === 'tag.moved')[1]!.details).toEqual({
      tag: 'trade-secret', from: 'confidential', to: 'financial', category: 'FINANCIAL',
    }); // prettier-ignore
    expect(new Set(rows.map(({ action }) => action)).size).toBe(3);
  });
});
