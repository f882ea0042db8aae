/** Metric histories of a training run and of the candidates it tried, one chart for each metric. */
import type { CurvesOfRunFragment, RunCurvesQuery } from '../gql/graphql.ts';
import { fieldOf, known, notRecorded, type Known } from '../known.ts';
import type { Curve } from '../pictures/line-chart.ts';

export interface CurveChart {
  metric: string;
  curves: Curve[];
  /** Points recorded in all; the curves hold fewer when the server thinned them. */
  recorded: number;
  shown: number;
}

export function curveCharts(result: RunCurvesQuery): Known<CurveChart[]> {
  const runs = result.nodes.filter((node): node is CurvesOfRunFragment => node !== null && 'id' in node);
  const charts = new Map<string, CurveChart>();
  for (const run of runs) {
    const metrics = fieldOf(run, 'metrics');
    if (metrics.state === 'redacted') return metrics;
    if (metrics.state !== 'known') continue;
    for (const { key, history } of metrics.value) {
      if (history.points.length < 2) continue;
      const chart = charts.get(key) ?? { metric: key, curves: [], recorded: 0, shown: 0 };
      chart.curves.push({
        name: run.name ?? 'run',
        points: history.points.map((point) => ({ x: Number(point.step), y: Number(point.value) })),
      });
      chart.recorded += history.recorded;
      chart.shown += history.points.length;
      charts.set(key, chart);
    }
  }
  if (charts.size === 0) return notRecorded();
  return known([...charts.values()].sort((a, b) => (a.metric < b.metric ? -1 : 1)));
}
