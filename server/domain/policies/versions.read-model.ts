import type { Kysely } from 'kysely';
import { toGlobalId } from '../../shared/ids.ts';
import { decodeCursor, encodeCursor, pageOf, pageSize, type Page, type PageRequest } from '../../shared/pages.ts';
import { openAt } from '../intervals.ts';
import type { Context, NodeView } from '../context.ts';
import { oneByKey } from '../loader.ts';
import type { Tables } from '../tables.ts';

export interface VersionView {
  version: number;
  text: string;
  digest: string;
  proposalId: string | null;
  validFrom: Date;
  validTo: Date | null;
}

const versionColumns = [
  'version', 'text', 'digest', 'proposal_id as proposalId', 'valid_from as validFrom', 'valid_to as validTo',
] as const; // prettier-ignore

/** The version in force at a moment, or now; undefined before the first. */
export const versionAt = (read: Kysely<Tables>, asOf: Date | null = null): Promise<VersionView | undefined> =>
  read.selectFrom('policy_version').select(versionColumns).where(openAt('policy_version', asOf)).executeTakeFirst();

export const versionByProposal = oneByKey<string, VersionView>(
  ({ store }, ids) =>
    store.read.selectFrom('policy_version').select(versionColumns).where('proposal_id', 'in', ids).execute(),
  (version) => version.proposalId!,
);

const byVersion = 'policies:newest';

/** Every version there was, newest first. */
export async function pageOfVersions({ store }: Context, { first, after }: PageRequest): Promise<Page<VersionView>> {
  const size = pageSize(first);
  const last = decodeCursor(after, byVersion, ['whole']);
  let query = store.read
    .selectFrom('policy_version')
    .select(versionColumns)
    .orderBy('version', 'desc')
    .limit(size + 1);
  if (last) query = query.where('version', '<', last[0]);
  return pageOf(await query.execute(), size, (row) => encodeCursor(byVersion, [row.version]));
}

export type ProposalState = 'OPEN' | 'APPROVED' | 'WITHDRAWN';

export interface ProposalView extends NodeView {
  text: string;
  digest: string;
  reason: string;
  basedOn: number;
  proposedById: string | null;
  proposedAt: Date;
  state: ProposalState;
  decidedById: string | null;
  decidedAt: Date | null;
}

const proposalRows = ({ store }: Pick<Context, 'store'>) =>
  store.read
    .selectFrom('policy_proposal')
    .select([
      'id', 'text', 'digest', 'reason', 'based_on', 'proposed_by_id', 'decision', 'decided_by_id', 'valid_from', 'valid_to',
    ]); // prettier-ignore

type ProposalRow = Awaited<ReturnType<ReturnType<typeof proposalRows>['execute']>>[number];

const proposalView = (row: ProposalRow): ProposalView => ({
  __typename: 'PolicyProposal',
  id: toGlobalId('PolicyProposal', row.id),
  uuid: row.id,
  text: row.text,
  digest: row.digest,
  reason: row.reason,
  basedOn: row.based_on,
  proposedById: row.proposed_by_id,
  proposedAt: row.valid_from,
  state: row.decision ?? 'OPEN',
  decidedById: row.decided_by_id,
  decidedAt: row.valid_to,
});

export const proposalById = oneByKey<string, ProposalView>(
  async (context, ids) => (await proposalRows(context).where('id', 'in', ids).execute()).map(proposalView),
  (proposal) => proposal.uuid,
);

const byProposal = 'proposals:newest';

/** Newest first: ids are in the order of time. */
export async function pageOfProposals(
  context: Context,
  { first, after, where }: PageRequest & { where?: { state?: readonly ProposalState[] | null } | null },
): Promise<Page<ProposalView>> {
  const size = pageSize(first);
  const last = decodeCursor(after, byProposal, ['uuid']);
  let query = proposalRows(context)
    .orderBy('id', 'desc')
    .limit(size + 1);
  if (last) query = query.where('id', '<', last[0]);
  const states = where?.state;
  if (states) {
    const decisions = states.filter((state) => state !== 'OPEN');
    query = query.where((eb) =>
      eb.or([
        ...(states.includes('OPEN') ? [eb('decision', 'is', null)] : []),
        ...(decisions.length > 0 ? [eb('decision', 'in', decisions)] : []),
      ]),
    );
  }
  return pageOf((await query.execute()).map(proposalView), size, (view) => encodeCursor(byProposal, [view.uuid]));
}
