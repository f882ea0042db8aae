import type { Actor } from '../../access/actor.ts';
import { AvalError } from '../../shared/errors.ts';
import type { Tx } from '../store.ts';
import { UseRefused } from './refusal.ts';
import { judgeMany, type Judged } from './verdict.read-model.ts';

/**
 * Lets a version be put to use for these purposes, and gives the verdicts, or throws: UseRefused when a rule forbids it or a condition is not met; FORBIDDEN when what
 * lets it be was said by the very person who deploys. A version of unknown lineage passes, and its verdict says so.
 */
export async function requireUsable(
  tx: Tx,
  actor: Actor,
  versionKey: number,
  purposes: readonly string[],
  field: string,
): Promise<Map<string, Judged>> {
  const questions = purposes.map((purposeCode) => ({ versionKey, purposeCode, deploymentKey: null }));
  const judged = await judgeMany(tx.db, questions, { asOf: null, now: tx.now });
  const refused = judged.find(({ deployable }) => !deployable);
  if (refused) throw new UseRefused(refused, field);
  const own = (one: { byId: string } | null): boolean => one?.byId === actor.principalId;
  if (judged.some(({ waivers, conditions }) => waivers.some(own) || conditions.some(({ approval }) => own(approval)))) {
    throw new AvalError('FORBIDDEN', 'You waived or approved this use yourself: deploying takes a second person.', {
      remedy: 'Ask someone else to deploy it.',
    });
  }
  return new Map(judged.map((one) => [one.purposeCode, one]));
}
