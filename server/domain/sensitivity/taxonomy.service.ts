import { sql } from 'kysely';
import { systemActor, type Store, type Tx } from '../store.ts';
import { taxonomy, type TagDefinition } from './taxonomy.ts';

export { tagOfLabel } from './taxonomy.ts';

/** Puts the tags that ship in place; safe at each start, and changes only what a newer release says differently. */
export async function seedTaxonomy(store: Store): Promise<void> {
  await store.write(systemActor, (tx) => ensureTags(tx, taxonomy));
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
