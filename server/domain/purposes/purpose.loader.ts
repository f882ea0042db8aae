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

export const listPurposes = ({ store }: Context): Promise<PurposeDefinition[]> =>
  store.read.selectFrom('purpose').select(columns).orderBy('code').execute();
