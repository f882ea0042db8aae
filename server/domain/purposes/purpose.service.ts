import { sql } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import { AvalError, badInput } from '../../shared/errors.ts';
import { checkIri } from '../../shared/iri.ts';
import { checkLength, checkText } from '../../shared/json.ts';
import { systemActor, type Store } from '../store.ts';
import { purposes } from './purposes.ts';

export interface NewPurpose {
  code: string;
  parent?: string | null | undefined;
  label: string;
  iri?: string | null | undefined;
  description: string;
  /** Where a law lists it as high-risk; without one it is not. */
  highRiskSource?: string | null | undefined;
}

/** Puts the purposes that ship in place; safe at each start, and changes only what a newer release says differently. */
export async function seedPurposes(store: Store): Promise<void> {
  await store.write(systemActor, async (tx) => {
    const changed = await sql<{ code: string }>`
      insert into purpose (code, parent, label, iri, description, high_risk, high_risk_source, defined_at)
      select code, parent, label, iri, description, "highRisk", "highRiskSource", ${tx.now}::timestamptz
        from jsonb_to_recordset(${JSON.stringify(purposes)}::jsonb)
          as p(code text, parent text, label text, iri text, description text, "highRisk" boolean, "highRiskSource" text)
      on conflict (code) do update set parent = excluded.parent, label = excluded.label, iri = excluded.iri,
        description = excluded.description, high_risk = excluded.high_risk, high_risk_source = excluded.high_risk_source
      where (purpose.parent, purpose.label, purpose.iri, purpose.description, purpose.high_risk, purpose.high_risk_source)
        is distinct from (excluded.parent, excluded.label, excluded.iri, excluded.description, excluded.high_risk, excluded.high_risk_source)
      returning code`.execute(tx.db);
    if (changed.rows.length > 0) {
      tx.record({ action: 'purposes.shipped', details: { codes: changed.rows.map(({ code }) => code).sort() } });
    }
  });
}

/** Purposes of an organisation's own. */
export function createPurposes(store: Store) {
  return {
    /** Adds a purpose below one that is there already, so that purposes cannot run in a circle. ALREADY_EXISTS for a known code. */
    async define(actor: Actor, input: NewPurpose): Promise<string> {
      if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(input.code) || input.code.length > 60) {
        throw badInput('input.code', 'A code has 1 to 60 lower-case letters, digits and single dashes.');
      }
      checkLength(input.label, 'input.label', 1, 100);
      checkLength(input.description, 'input.description', 1, 1_000);
      checkLength(input.highRiskSource ?? '', 'input.highRiskSource', 0, 200);
      if (input.iri != null) checkIri(input.iri, 'input.iri', 'https://w3id.org/dpv#Marketing');
      if (input.parent != null) checkText(input.parent, 'input.parent');
      return store.write(actor, async (tx) => {
        if (input.parent != null) {
          const parent = await tx.db.selectFrom('purpose').select('code').where('code', '=', input.parent).executeTakeFirst(); // prettier-ignore
          if (!parent) throw badInput('input.parent', 'There is no such purpose.', 'Take a code of `purposes`.');
        }
        const made = await tx.db
          .insertInto('purpose')
          .values({
            code: input.code,
            parent: input.parent ?? null,
            label: input.label,
            iri: input.iri ?? null,
            description: input.description,
            high_risk: Boolean(input.highRiskSource),
            high_risk_source: input.highRiskSource || null,
            defined_at: tx.now,
          })
          .onConflict((c) => c.doNothing())
          .executeTakeFirstOrThrow();
        if (made.numInsertedOrUpdatedRows !== 1n) {
          throw new AvalError('ALREADY_EXISTS', 'There is a purpose of this code.', {
            field: 'input.code',
            remedy: 'Take another code: a purpose is never changed, since verdicts of the past refer to it.',
          });
        }
        tx.record({ action: 'purpose.defined', details: { code: input.code, parent: input.parent ?? null } });
        return input.code;
      });
    },
  };
}
