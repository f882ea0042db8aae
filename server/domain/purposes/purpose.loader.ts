import type { Context } from '../context.ts';
import { oneByKey } from '../loader.ts';
import type { PurposeDefinition } from './purposes.ts';

const columns = [
  'code', 'parent', 'label', 'iri', 'description', 'high_risk as highRisk', 'high_risk_source as highRiskSource',
] as const; // prettier-ignore

export const purposeByCode = oneByKey<string, PurposeDefinition>(
  ({ store }, codes) => store.read.selectFrom('purpose').select(columns).where('code', 'in', codes).execute(),
  (purpose) => purpose.code,
);

/** Those that there are, or were at a moment, by code. */
export const listPurposes = ({ store }: Context, asOf?: Date | null): Promise<PurposeDefinition[]> =>
  store.read
    .selectFrom('purpose')
    .select(columns)
    .$if(asOf != null, (q) => q.where((eb) => eb.or([eb('defined_at', 'is', null), eb('defined_at', '<=', asOf!)])))
    .orderBy('code')
    .execute();
