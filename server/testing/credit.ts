import { readRecording, replay } from '../../examples/recording/replay.ts';
import { expect } from 'vitest';
import type { ShippedRole } from '../access/actor.ts';
import { startTestApp } from './app.ts';

/** German Credit as its recording tells it, and the doors that people use on its verdicts; a clock that can be put forward. */
export async function startCredit() {
  const clock = { ahead: 0, now: () => new Date(Date.now() + clock.ahead) };
  const app = await startTestApp({ clock });
  const recording = await readRecording(new URL('../../examples/recording/credit-scoring.jsonl', import.meta.url));
  await replay({ recording, baseUrl: app.url, token: await app.token('ml_engineer') });
  const ask = async <T>(role: ShippedRole, query: string, variables?: Record<string, unknown>): Promise<T> => {
    const { data, errors } = await app.graphql(role, query, variables);
    expect(errors).toBeUndefined();
    return data as T;
  };
  const { modelVersions } = await ask<{ modelVersions: { nodes: { id: string; name: string }[] } }>(
    'ml_engineer',
    '{ modelVersions { nodes { id name } } }',
  );
  const versions = new Map(modelVersions.nodes.map(({ id, name }) => [name, id]));
  const one = versions.get('credit-scoring 1')!;
  const inDays = (days: number): string => new Date(clock.now().getTime() + days * dayMs).toISOString();
  return {
    app,
    clock,
    ask,
    one,
    two: versions.get('credit-scoring 2')!,
    inDays,

    async verdict(version: string, asOf?: string, purpose = 'credit-scoring'): Promise<Verdict> {
      const query = `query($id: ID!, $purpose: ID!, $asOf: DateTime) { node(id: $id) { ... on ModelVersion { verdict(purpose: $purpose, asOf: $asOf) { ${verdictFields} } } } }`;
      const { node } = await ask<{ node: { verdict: Verdict } }>('compliance_reviewer', query, { id: version, purpose, asOf }); // prettier-ignore
      return node.verdict;
    },

    deploy: (role: ShippedRole, modelVersionId: string) =>
      app.graphql(role, 'mutation($input: DeployModelInput!) { deployModel(input: $input) { deployment { id } } }', {
        input: { modelVersionId, environment: 'production', purpose: 'credit-scoring' },
      }),

    waive: (rule: string, more: Record<string, unknown> = {}, role: ShippedRole = 'governance_lead') =>
      app.graphql(role, 'mutation($input: GrantWaiverInput!) { grantWaiver(input: $input) { waiver { id until rule { code } } } }', {
        input: { rule, modelVersionId: one, purpose: 'credit-scoring', reason: 'Until version 2 is judged.', until: inDays(60), ...more },
      }), // prettier-ignore

    /** An engineer proposes a barrier on an edge, and a lead signs it until that day; its id. */
    async bar(edgeId: string, tag: string, expiresAt: string): Promise<string> {
      const evidence = { url: 'https://example.org/noise.pdf', sha256: 'ab'.repeat(32) };
      const { proposeBarrier } = await ask<{ proposeBarrier: { barrier: { id: string } } }>(
        'ml_engineer',
        'mutation($input: ProposeBarrierInput!) { proposeBarrier(input: $input) { barrier { id } } }',
        { input: { edgeId, kind: 'DECLARATION', tags: [tag], statement: 'Replaced by noise.', evidence } },
      );
      const barrierId = proposeBarrier.barrier.id;
      await ask('governance_lead', 'mutation($input: SignBarrierInput!) { signBarrier(input: $input) { barrier { state } } }', { input: { barrierId, expiresAt } }); // prettier-ignore
      return barrierId;
    },

    lift: (barrierId: string) =>
      ask('governance_lead', 'mutation($input: RevokeBarrierInput!) { revokeBarrier(input: $input) { barrier { state } } }', {
        input: { barrierId, reason: 'The noise was taken out again.' },
      }), // prettier-ignore

    async stop(): Promise<void> {
      expect(app.internalErrors).toEqual([]);
      await app.close();
    },
  };
}

export type Credit = Awaited<ReturnType<typeof startCredit>>;

export const dayMs = 86_400_000;

export interface Verdict {
  outcome: string;
  deployable: boolean;
  completeness: number;
  heldBack: { tag: { name: string }; until: string | null; barriers: { id: string }[] }[];
  rules: { code: string }[];
  because: { rule: { code: string }; assignment: { tag: { name: string }; path: { id: string; kind: string; to: { name: string } }[] }; waiver: { reason: string } | null }[];
  conditions: { kind: string; met: boolean; role: string | null; rule: { code: string } }[];
  waivers: { reason: string; until: string; by: { name: string }; rule: { code: string } }[];
} // prettier-ignore

export const verdictFields = `outcome deployable completeness heldBack { tag { name } until barriers { id } } rules { code } because { rule { code } waiver { reason } assignment { tag { name } path { id kind to { name } } } }
  conditions { kind met role rule { code } } waivers { reason until by { name } rule { code } }`;
