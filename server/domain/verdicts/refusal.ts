import { AvalError } from '../../shared/errors.ts';
import type { Judged } from './verdict.read-model.ts';

/**
 * A use that the rules in force do not let be. The error tells the rules and whom to ask, and never a tag: who may see those is told
 * more by whoever has asked for the use (`toldTo`).
 */
export class UseRefused extends AvalError {
  readonly judged: Judged;

  constructor(judged: Judged, field: string) {
    const broken = brokenRules(judged);
    const codes = broken.map(({ code }) => code);
    super('FORBIDDEN', `The rules in force do not let this version be used for ${judged.purposeCode}: ${codes.join(', ')}.`, {
      field,
      remedy: remedyOf(judged),
      extensions: {
        verdict: {
          outcome: judged.outcome,
          rules: broken.map(({ code, version, waiverRole }) => ({ code, version, ask: waiverRole })),
          conditions: judged.conditions
            .filter(({ met }) => !met)
            .map(({ kind, rule, role }) => ({ kind, rule: rule.code, ask: role })),
        },
      },
    }); // prettier-ignore
    this.judged = judged;
  }
}

/** The rules that stand in the way, each once, by code. */
export function brokenRules({ bearings, conditions }: Judged) {
  const broken = new Map(
    [
      ...bearings.filter(({ rule, waiver }) => rule.effect === 'FORBID' && waiver === null),
      ...conditions.filter(({ met }) => !met),
    ].map(({ rule }) => [rule.code, rule]),
  );
  return [...broken.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
}

function remedyOf(judged: Judged): string {
  const roles = new Set(brokenRules(judged).map(({ waiverRole }) => waiverRole ?? undefined));
  const asked = [...roles].filter((role) => role !== undefined);
  const unwaivable = roles.has(undefined);
  if (judged.outcome === 'CONDITIONAL') return 'See to the conditions that are not met, which the verdict names.';
  if (unwaivable || asked.length === 0) return 'Nobody may waive all of these rules: use another version.';
  return `Ask someone of the role ${asked.join(' or ')} for a waiver of each of these rules, or use another version.`;
}
