import type { KpiListQuery } from '../gql/graphql.ts';
import { fieldOf, known, mapKnown, thenKnown, notRecorded, type Known } from '../known.ts';
import { named, nameOr } from './names.ts';
import { plain } from '../words.ts';

export type KpiNode = KpiListQuery['kpis']['nodes'][number];

export interface KpiView {
  id: string;
  name: string;
  unit: string | null;
  definition: Known<string>;
  direction: Known<string>;
  warnAt: number | null;
  failAt: number | null;
  owner: Known<string>;
  roles: Known<string[]>;
  subject: Known<{ words: string; ownerId: string }>;
  value: Known<{ at: string; value: number | string; status: string | null }>;
  history: Known<number[]>;
}

const statusWords: Record<string, string> = {
  OK: 'within its limits',
  WARN: 'past its warning',
  FAIL: 'past its limit',
};
export const kpiStatusWords = (status: string | null): string =>
  status === null ? 'not judged' : (statusWords[status] ?? plain(status));

const gravest = ['FAIL', 'WARN', 'OK'];

export function kpiViews(nodes: readonly KpiNode[]): KpiView[] {
  const weight = (one: KpiView) =>
    one.value.state === 'known' ? gravest.indexOf(one.value.value.status ?? 'OK') : gravest.length;
  return nodes
    .map((node) => ({
      id: node.id,
      name: nameOr(node.name),
      unit: node.unit,
      definition: fieldOf(node, 'definition'),
      direction: mapKnown(fieldOf(node, 'direction'), plain),
      warnAt: node.warnAt,
      failAt: node.failAt,
      owner: mapKnown(fieldOf(node, 'owner'), (owner) => owner.name),
      roles: fieldOf(node, 'roles'),
      subject: mapKnown(fieldOf(node, 'subject'), named),
      value: thenKnown(fieldOf(node, 'value'), ({ at, value, status }) =>
        value === null ? notRecorded() : known({ at, value, status }),
      ),
      history: mapKnown(fieldOf(node, 'history'), (all) =>
        [...all]
          .sort((a, b) => (a.at < b.at ? -1 : 1))
          .flatMap((one) => (one.value === null ? [] : [Number(one.value)])),
      ),
    }))
    .sort((a, b) => weight(a) - weight(b) || (a.name < b.name ? -1 : 1));
}
