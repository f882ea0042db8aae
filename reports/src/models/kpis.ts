import type { KpiListQuery } from '../gql/graphql.ts';
import { fieldOf, mapKnown, type Known } from '../known.ts';
import { assetWords, pageOwner } from './names.ts';
import { plain } from '../words.ts';

export type KpiNode = KpiListQuery['kpis']['nodes'][number];

export interface KpiView {
  id: string;
  name: string;
  unit: string | null;
  definition: string;
  direction: string;
  warnAt: number | null;
  failAt: number | null;
  owner: Known<string>;
  roles: string[];
  subject: Known<{ words: string; ownerId: string }>;
  value: Known<{ at: string; value: number | string; status: string }>;
  history: Known<number[]>;
}

const statusWords: Record<string, string> = { OK: 'within its limits', WARN: 'past its warning', FAIL: 'past its limit' };
export const kpiStatusWords = (status: string): string => statusWords[status] ?? plain(status);

const gravest = ['FAIL', 'WARN', 'OK'];

export function kpiViews(nodes: readonly KpiNode[]): KpiView[] {
  const weight = (one: KpiView) => (one.value.state === 'known' ? gravest.indexOf(one.value.value.status) : gravest.length);
  return nodes
    .map((node) => ({
      id: node.id,
      name: node.name,
      unit: node.unit,
      definition: node.definition,
      direction: plain(node.direction),
      warnAt: node.warnAt,
      failAt: node.failAt,
      owner: mapKnown(fieldOf(node, 'owner'), (owner) => owner.name),
      roles: [...node.roles],
      subject: mapKnown(fieldOf(node, 'subject'), (asset) => ({ words: assetWords(asset), ownerId: pageOwner(asset) })),
      value: fieldOf(node, 'value'),
      history: mapKnown(fieldOf(node, 'history'), (all) =>
        [...all].sort((a, b) => (a.at < b.at ? -1 : 1)).map((one) => Number(one.value)),
      ),
    }))
    .sort((a, b) => weight(a) - weight(b) || (a.name < b.name ? -1 : 1));
}
