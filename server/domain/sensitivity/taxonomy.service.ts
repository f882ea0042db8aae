import { sql } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import type { TagCategory } from '../../access/classes.ts';
import { AvalError, badInput, notFound } from '../../shared/errors.ts';
import { checkIri } from '../../shared/iri.ts';
import { checkLength, checkText } from '../../shared/json.ts';
import { systemActor, type Store, type Tx } from '../store.ts';
import { taxonomy, type TagDefinition } from './taxonomy.ts';

export { tagOfLabel } from './taxonomy.ts';

export interface NewTag {
  name: string;
  parent?: string | null | undefined;
  /** Only without a parent, whose category it has otherwise. */
  category?: TagCategory | null | undefined;
  label: string;
  iri?: string | null | undefined;
  description: string;
}

/** Puts the tags that ship in place; safe at each start, and changes only what a newer release says differently of what nobody moved. */
export async function seedTaxonomy(store: Store): Promise<void> {
  await store.write(systemActor, (tx) => ensureTags(tx, taxonomy, 'AVAL'));
}

/** Makes these tags where missing. What ships brings its own up to date; what an organisation said stays. */
export async function ensureTags(tx: Tx, tags: readonly TagDefinition[], source: 'AVAL' | 'PRODUCER'): Promise<void> {
  if (tags.length === 0) return;
  const rows = tags.map((tag) => ({ ...tag, defined_by: source }));
  const { rows: changed } = await sql<{ name: string }>`
    insert into sensitivity_tag (name, parent, category, label, iri, description, defined_by, defined_at)
    select t.*, ${tx.now}::timestamptz from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as t(name text, parent text, category text, label text, iri text, description text, defined_by text)
    on conflict (name) do update set parent = excluded.parent, category = excluded.category, label = excluded.label,
      iri = excluded.iri, description = excluded.description, defined_by = excluded.defined_by
    where excluded.defined_by = 'AVAL' and sensitivity_tag.defined_by <> 'ORGANISATION'
      and (sensitivity_tag.parent, sensitivity_tag.category, sensitivity_tag.label, sensitivity_tag.iri, sensitivity_tag.description)
      is distinct from (excluded.parent, excluded.category, excluded.label, excluded.iri, excluded.description)
    returning name`.execute(tx.db);
  if (changed.length > 0) {
    tx.record({ action: 'tags.defined', details: { names: changed.map(({ name }) => name).sort() } });
  }
}

/** The taxonomy as an organisation wants it. A tag has the category of what it stands below. */
export function createTaxonomy(store: Store) {
  return {
    /** Adds a tag: below another one, or, with a category, a family of its own. ALREADY_EXISTS for a known name. */
    async define(actor: Actor, input: NewTag): Promise<string> {
      if (!/^[a-z0-9]+(-[a-z0-9]+)*(:[a-z0-9]+(-[a-z0-9]+)*)*$/.test(input.name) || input.name.length > 100) {
        throw badInput('input.name', 'A name has 1 to 100 lower-case letters, digits and single dashes, its parts joined by colons.', 'For example `special-category:sleep`.'); // prettier-ignore
      }
      checkLength(input.label, 'input.label', 1, 100);
      checkLength(input.description, 'input.description', 1, 1_000);
      if (input.iri != null) checkIri(input.iri, 'input.iri', 'https://w3id.org/dpv/pd#Health');
      return store.write(actor, async (tx) => {
        const tags = await lockedTaxonomy(tx);
        const category = categoryBelow(tags, input.parent ?? null) ?? input.category;
        if (!category) {
          throw badInput('input.category', 'A tag without a parent says what category it is of.', 'Give a category, or a parent.'); // prettier-ignore
        }
        if (input.category && input.category !== category) {
          throw badInput('input.category', `A tag below ${input.parent!} is of its category, ${category}.`, 'Leave the category out, or take another parent.'); // prettier-ignore
        }
        if (tags.has(input.name)) {
          throw new AvalError('ALREADY_EXISTS', 'There is a tag of this name.', {
            field: 'input.name',
            remedy: 'Take another name, or move the one there is.',
          });
        }
        const { name, label, description } = input;
        const [parent, iri] = [input.parent ?? null, input.iri ?? null];
        await tx.db.insertInto('sensitivity_tag')
          .values({ name, parent, category, label, iri, description, defined_by: 'ORGANISATION', defined_at: tx.now }).execute(); // prettier-ignore
        tx.record({ action: 'tag.defined', details: { tag: name, parent, category } });
        return name;
      });
    },

    /** Puts a tag, and all below it, below another one; or, without a parent, on its own. Rules on what it stands below hold for it from now on. */
    async move(actor: Actor, input: { name: string; parent?: string | null | undefined }): Promise<string> {
      checkText(input.name, 'input.name');
      return store.write(actor, async (tx) => {
        const tags = await lockedTaxonomy(tx);
        const tag = tags.get(input.name);
        if (!tag) throw notFound('The tag', 'input.name');
        const parent = input.parent ?? null;
        const category = categoryBelow(tags, parent) ?? tag.category;
        const moved = subtree(tags, tag.name);
        if (parent !== null && moved.has(parent)) {
          throw badInput('input.parent', `${parent} stands below ${tag.name} itself: the two would run in a circle.`, `Take a parent that is not below ${tag.name}, or move ${parent} first.`); // prettier-ignore
        }
        if (tag.parent === parent) return tag.name;
        const places = [...moved].map((name) => ({ name, parent: name === tag.name ? parent : tags.get(name)!.parent, category })); // prettier-ignore
        await sql`
          with place as (
            select * from jsonb_to_recordset(${JSON.stringify(places)}::jsonb) as p(name text, parent text, category text)),
          former as (
            insert into former_tag_place (tag_name, until, parent, category)
            select t.name, ${tx.now}::timestamptz, t.parent, t.category from sensitivity_tag t join place p using (name)
             where (t.parent, t.category) is distinct from (p.parent, p.category)
            on conflict do nothing)
          update sensitivity_tag t set parent = p.parent, category = p.category, defined_by = 'ORGANISATION' from place p
           where t.name = p.name and (t.parent, t.category) is distinct from (p.parent, p.category)`.execute(tx.db);
        tx.record({ action: 'tag.moved', details: { tag: tag.name, from: tag.parent, to: parent, category } });
        return tag.name;
      });
    },

    /** No new declaration takes the tag any more. Where it stands it stays, and what producers say is still recorded. */
    async retire(actor: Actor, input: { name: string; reason: string }): Promise<string> {
      checkText(input.name, 'input.name');
      checkLength(input.reason, 'input.reason', 1, 2_000);
      return store.write(actor, async (tx) => {
        const tags = await lockedTaxonomy(tx);
        const tag = tags.get(input.name);
        if (!tag) throw notFound('The tag', 'input.name');
        if (tag.retired) return tag.name;
        const below = [...tags.values()].find(({ parent, retired }) => parent === tag.name && !retired);
        if (below) {
          throw new AvalError('CONFLICT', `${below.name} stands below it.`, {
            field: 'input.name',
            remedy: 'Move or retire what stands below it first.',
          });
        }
        await tx.db.updateTable('sensitivity_tag').set({ retired_at: tx.now }).where('name', '=', tag.name).execute();
        tx.record({ action: 'tag.retired', details: { tag: tag.name, reason: input.reason.trim() } });
        return tag.name;
      });
    },
  };
}

interface Place {
  name: string;
  parent: string | null;
  category: TagCategory;
  retired: boolean;
}

/** All tags, which nobody else defines or moves until the transaction ends: two moves at once could close a circle. */
async function lockedTaxonomy(tx: Tx): Promise<ReadonlyMap<string, Place>> {
  await sql`lock table sensitivity_tag in share row exclusive mode`.execute(tx.db);
  const { rows } = await sql<Place>`
    select name, parent, category, retired_at is not null as retired from sensitivity_tag`.execute(tx.db);
  return new Map(rows.map((row) => [row.name, row]));
}

/** Undefined without a parent. */
function categoryBelow(tags: ReadonlyMap<string, Place>, parent: string | null): TagCategory | undefined {
  if (parent === null) return undefined;
  const above = tags.get(parent);
  if (!above) throw badInput('input.parent', 'There is no such tag.', 'Take a name from `sensitivityTags`.');
  if (above.retired) throw badInput('input.parent', 'This tag is retired.', 'Take one that is not.');
  return above.category;
}

/** Its name, and those of all below it. */
function subtree(tags: ReadonlyMap<string, Place>, name: string): Set<string> {
  const below = Map.groupBy(tags.values(), ({ parent }) => parent);
  const found = new Set([name]);
  for (const one of found) for (const child of below.get(one) ?? []) found.add(child.name);
  return found;
}
