import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { compose } from '../server/compose.ts';
import { systemActor } from '../server/domain/store.ts';
import type { Tables } from '../server/domain/tables.ts';
import { judgeMany } from '../server/domain/verdicts/verdict.read-model.ts';
import { toGlobalId } from '../server/shared/ids.ts';
import { int8s } from '../server/storage/arrays.ts';
import type { Database } from '../server/storage/database.ts';
import { ask } from './ask.ts';
import { edges, generate, layers, onNewDatabase, perLayer } from './lineage-graph.ts';
import { medians, type Measurement } from './measure.ts';

const versions = 1_000;
const declarations = 1_000;
const rounds = 25;
/** Before them: a server that has run for a while is compiled. */
const warmUp = 100;
const purpose = 'credit-scoring';
const at = sql`timestamptz '2026-03-03T00:00:00Z'`;

/**
 * May each of 1,000 versions be used for credit scoring? Bare is one statement that someone wrote for this question: it knows no past, no
 * barriers, no callers, and gives 1,000 words. The API's one query is timed whole: HTTP, token, the guard, the statements of a verdict,
 * GraphQL's execution of 1,000 objects, JSON.
 */
export const run = (): Promise<Measurement> => onNewDatabase('verdict', measure);

async function measure(database: Database<Tables>): Promise<Measurement> {
  const aval = await compose({ database, onInternal: (error) => console.error(error) });
  const http = await aval.listen(0);
  try {
    const { identity } = aval.services;
    const projectId = await identity.ensureProject(systemActor, 'bench');
    const principalId = await identity.createPrincipal(systemActor, {
      name: 'bench', kind: 'service', roles: ['compliance_reviewer'], projects: [projectId],
    }); // prettier-ignore
    const token = await identity.issueToken(systemActor, { principalId, label: 'bench', defaultProjectId: projectId });
    console.log(
      `${versions} model versions above ${layers * perLayer} assets and ${edges} edges, ${declarations} tags declared:`,
    );
    await generate(database, projectId);
    const keys = await register(database, projectId, principalId);
    const started = Date.now();
    await aval.propagator.drain();
    await sql`analyze`.execute(database.read);
    console.log(`  propagated in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);

    const ids = await database.read.selectFrom('asset').select(['key', 'id']).where('key', 'in', keys).execute();
    const idOf = new Map(ids.map(({ key, id }) => [key, toGlobalId('ModelVersion', id)]));
    const body = JSON.stringify({
      query: 'query($ids: [ID!]!, $purpose: ID!) { verdicts(modelVersionIds: $ids, purpose: $purpose) { outcome } }',
      variables: { ids: keys.map((key) => idOf.get(key)), purpose },
    });
    const address = `http://127.0.0.1:${(http.address() as AddressInfo).port}/graphql`;
    const questions = keys.map((versionKey) => ({ versionKey, purposeCode: purpose, deploymentKey: null }));
    const works = {
      bare: () => bare(database, keys),
      'read model': async () =>
        (await judgeMany(database.read, questions, { asOf: null, now: new Date() })).map(({ outcome }) => outcome),
      API: async () =>
        (await ask<{ verdicts: { outcome: string }[] }>(address, token, body)).verdicts.map(({ outcome }) => outcome),
    };
    const expected = await works.bare();
    for (const [name, work] of Object.entries(works)) {
      if (JSON.stringify(await work()) !== JSON.stringify(expected))
        throw new Error(`The ${name} gives other outcomes.`);
    }
    const counts = Map.groupBy(expected, (outcome) => outcome);
    console.log(`  ${[...counts].map(([outcome, of]) => `${of.length} ${outcome.toLowerCase()}`).join(', ')}`);
    const times = await medians(Object.values(works), { warmUp, rounds });
    Object.keys(works).forEach((name, i) => console.log(`  ${name.padEnd(10)} ${times[i]!.toFixed(2).padStart(8)} ms`));
    return {
      ratio: times[2]! / times[0]!,
      against: `one bare statement with the outcome of the same ${versions} versions; the API's one query over HTTP`,
      unit: 'x',
    };
  } finally {
    http.closeAllConnections();
    http.close();
    await aval.stop();
  }
}

/** Versions trained on tables of the last layers, tags declared in the middle of the graph, and waivers, approvals and a legal basis here and there. */
async function register(database: Database<Tables>, projectId: string, principalId: string): Promise<number[]> {
  const db = database.read;
  const first = layers * perLayer + 1;
  await sql`insert into asset (key, id, kind, project_id, name, created_at)
    select ${first}::bigint + n, gen_random_uuid(), case n when 0 then 'MODEL' else 'MODEL_VERSION' end, ${projectId}::uuid, 'model ' || n, ${at}
      from generate_series(0, ${sql.lit(versions)}) n`.execute(db);
  await sql`insert into model (asset_key, project_id, name, tags, created_at, updated_at)
    values (${first}, ${projectId}::uuid, 'model', '{}', ${at}, ${at})`.execute(db);
  await sql`insert into model_version (asset_key, model_key, version, source, status, stage, tags, created_at, updated_at)
    select ${first}::bigint + n, ${first}::bigint, n, 'bench', 'READY', 'None', '{}', ${at}, ${at}
      from generate_series(1, ${sql.lit(versions)}) n`.execute(db);
  await sql`insert into edge (src, dst, kind, valid_from, last_seen, source, refined, crosses)
    select ${sql.lit((layers - 4) * perLayer)} + 1 + floor(random() * ${sql.lit(4 * perLayer)})::int, ${first}::bigint + n, 5, ${at}, ${at}, 'MLFLOW', false, false
      from generate_series(1, ${sql.lit(versions)}) n where n % 20 <> 0`.execute(db);
  await sql`insert into tag_declaration (id, asset_key, tag_name, origin, valid_from)
    select gen_random_uuid(), d.asset, d.tag, 'DECLARED', ${at} from (
      select distinct on (asset) asset, tag from (
        select ${sql.lit(11 * perLayer)} + 1 + floor(random() * ${sql.lit(7 * perLayer)})::int as asset, t.name as tag
          from generate_series(1, ${sql.lit(declarations)}) n
          join (select name, row_number() over (order by name) as at, count(*) over () as many from sensitivity_tag) t on t.at = 1 + n % t.many) all_of
       order by asset) d`.execute(db);
  await sql`insert into waiver (id, rule_code, version_key, purpose_code, role, reason, by_id, until, valid_from)
    select gen_random_uuid(), r.code, ${first}::bigint + n, ${purpose}, 'governance_lead', 'bench', ${principalId}::uuid, now() + interval '30 days', ${at}
      from generate_series(1, ${sql.lit(versions)}, 3) n cross join use_rule r where r.waiver_role is not null`.execute(
    db,
  );
  await sql`insert into model_approval (id, version_key, purpose_code, role, by_id, valid_from)
    select gen_random_uuid(), ${first}::bigint + n, ${purpose}, 'governance_lead', ${principalId}::uuid, ${at}
      from generate_series(1, ${sql.lit(versions)}, 2) n`.execute(db);
  await sql`insert into legal_basis (id, project_id, purpose_code, tag_name, article, statement, by_id, valid_from)
    values (gen_random_uuid(), ${projectId}::uuid, ${purpose}, 'special-category:health', 'GDPR, Article 9(2)', 'bench', ${principalId}::uuid, ${at})`.execute(
    db,
  );
  return Array.from({ length: versions }, (_, n) => first + 1 + n);
}

/** What someone would write by hand who knew the tables and wanted no more than the outcome. */
async function bare(database: Database<Tables>, keys: readonly number[]): Promise<string[]> {
  const open = sql`valid_to is null and (until is null or until > now()) and purpose_code in (select code from above)`;
  const { rows } = await sql<{ outcome: string }>`
    with recursive above(code) as (
      select ${purpose}::text union select p.parent from above a join purpose p on p.code = a.code where p.parent is not null),
    under(root, name, key) as (
      select name, name, key from sensitivity_tag
      union all select u.root, t.name, t.key from under u join sensitivity_tag t on t.parent = u.name),
    asked as (select v.key, v.n from unnest(${int8s(keys)}) with ordinality v(key, n)),
    bearing as (
      select distinct v.key, r.code, r.effect, r.approval_role, r.waiver_role, u.name as tag
        from asked v join effective_tag e on e.state in (v.key, -v.key) join under u on u.key = e.tag_key
        join use_rule r on r.tag_name = u.root and r.valid_to is null
         and (r.purpose_code is null or r.purpose_code in (select code from above))),
    standing as (
      select b.*, case b.effect
               when 'NEED_APPROVAL' then exists (select from model_approval a where a.version_key = b.key and a.role = b.approval_role and ${open})
               when 'NEED_LEGAL_BASIS' then exists (select from legal_basis l join under u on u.root = l.tag_name and u.name = b.tag
                 join asset a on a.key = b.key and a.project_id = l.project_id where ${open})
               else false end as met
        from bearing b
       where not exists (select from waiver w where w.version_key = b.key and w.rule_code = b.code and w.role = b.waiver_role and ${open})),
    said as (select key, bool_or(effect = 'FORBID') as forbidden, bool_or(not met) as unmet from standing group by key)
    select case when s.forbidden then 'FORBIDDEN' when s.unmet then 'CONDITIONAL'
                when not exists (select from edge e where e.dst = v.key and e.kind = 5 and e.valid_to is null) then 'UNDETERMINABLE'
                when s.key is not null then 'CONDITIONAL' else 'ALLOWED' end as outcome
      from asked v left join said s on s.key = v.key order by v.n`.execute(database.read);
  return rows.map(({ outcome }) => outcome);
}
