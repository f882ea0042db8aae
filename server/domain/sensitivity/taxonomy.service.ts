import { sql } from 'kysely';
import { systemActor, type Store, type Tx } from '../store.ts';
import { purposes } from './purposes.ts';
import { taxonomy, type TagDefinition } from './taxonomy.ts';

/** Puts the tags and purposes that ship in place; safe at each start, and changes only what a newer release says differently. */
export async function seedTaxonomy(store: Store): Promise<void> {
  await store.write(systemActor, async (tx) => {
    await ensureTags(tx, taxonomy);
    const changed = await sql<{ code: string }>`
      insert into purpose (code, label, iri, description, high_risk, high_risk_source)
      select code, label, iri, description, "highRisk", "highRiskSource"
        from jsonb_to_recordset(${JSON.stringify(purposes)}::jsonb)
          as p(code text, label text, iri text, description text, "highRisk" boolean, "highRiskSource" text)
      on conflict (code) do update set label = excluded.label, iri = excluded.iri, description = excluded.description,
        high_risk = excluded.high_risk, high_risk_source = excluded.high_risk_source
      where (purpose.label, purpose.iri, purpose.description, purpose.high_risk, purpose.high_risk_source)
        is distinct from (excluded.label, excluded.iri, excluded.description, excluded.high_risk, excluded.high_risk_source)
      returning code`.execute(tx.db);
    if (changed.rows.length > 0) {
      tx.record({ action: 'purposes.shipped', details: { codes: changed.rows.map(({ code }) => code).sort() } });
    }
  });
}

/** Makes these tags where missing, and brings those that differ up to date. */
export async function ensureTags(tx: Tx, tags: readonly TagDefinition[]): Promise<void> {
  if (tags.length === 0) return;
  const { rows } = await sql<{ name: string }>`
    insert into sensitivity_tag (name, parent, category, label, iri, description)
    select * from jsonb_to_recordset(${JSON.stringify(tags)}::jsonb)
      as t(name text, parent text, category text, label text, iri text, description text)
    on conflict (name) do update set parent = excluded.parent, category = excluded.category, label = excluded.label,
      iri = excluded.iri, description = excluded.description
    where (sensitivity_tag.parent, sensitivity_tag.category, sensitivity_tag.label, sensitivity_tag.iri, sensitivity_tag.description)
      is distinct from (excluded.parent, excluded.category, excluded.label, excluded.iri, excluded.description)
    returning name`.execute(tx.db);
  if (rows.length > 0) tx.record({ action: 'tags.defined', details: { names: rows.map(({ name }) => name).sort() } });
}
