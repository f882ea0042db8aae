import { cases, type Case } from './cases.ts';
import { attackSurfaces, matrix, type AttackSurface } from './matrix.ts';

const heads: Record<AttackSurface, string> = {
  http: 'HTTP',
  stream: 'SSE',
  socket: 'socket',
  mlflow: 'MLflow',
  openlineage: 'OpenLineage',
  cli: 'CLI',
  site: 'site',
};

/** The matrix as docs/access.md shows it: ● where a case is tried, else the letter of a reason that stands below. */
export function matrixTable(): string {
  const reasons = new Map<string, string>();
  const letterOf = (reason: string): string => {
    const known = reasons.get(reason);
    if (known) return known;
    const n = reasons.size;
    const letter = n < 26 ? String.fromCharCode(97 + n) : `a${String.fromCharCode(97 + n - 26)}`;
    reasons.set(reason, letter);
    return letter;
  };
  const lines = Object.entries(cases).map(([number, name]) => {
    const { on, not } = matrix[Number(number) as Case];
    const cells = attackSurfaces.map((one) => (on.includes(one) ? '●' : letterOf(not[one] ?? '')));
    return `| ${[number, name, ...cells].join(' | ')} |`;
  });
  const columns = ['', 'Case', ...attackSurfaces.map((one) => heads[one])];
  const head = [`| ${columns.join(' | ')} |`, `| ${columns.map(() => '---').join(' | ')} |`];
  const legend = [...reasons].map(([reason, letter]) => `- **${letter}**: ${reason}`);
  return [...head, ...lines, '', ...legend].join('\n');
}
