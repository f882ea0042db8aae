/** This version beside the others of its model: what each learned from, and how well it does. */
import type { Answer } from '../evidence.ts';
import { fieldOf, known, mapKnown, redacted, thenKnown, notRecorded, type Known } from '../known.ts';
import type { SensitivityNode, TrainingNode } from './dossier.ts';
import { nameOr } from './names.ts';
import { gaps, groupMetrics } from './evaluation.ts';
import { spaced } from '../words.ts';

export interface ComparedVersion {
  id: string;
  version: number;
  learnedFrom: Known<string[]>;
  trainedOn: Known<string[]>;
  runName: Known<string>;
}

export interface ComparedRow {
  name: string;
  /** In the order of the versions. */
  values: Known<number | string>[];
}

export interface Comparison {
  versions: ComparedVersion[];
  rows: ComparedRow[];
  /** How far groups are apart, version by version. */
  gapRows: ComparedRow[];
}

export interface Compared {
  id: string;
  version: number;
  sensitivity: Answer<SensitivityNode>;
  training: Answer<TrainingNode>;
}

const ofAnswer = <N, T>(answer: Answer<N>, make: (node: N) => Known<T>): Known<T> =>
  answer.state === 'refused' ? redacted(answer.by) : make(answer.data);

export function comparison(all: readonly Compared[]): Comparison {
  const runs = all.map((one) => ofAnswer(one.training, (node) => fieldOf(node, 'run')));
  const metrics = runs.map((run) => thenKnown(run, (value) => fieldOf(value, 'metrics')));
  const overall = metrics.map((of) =>
    mapKnown(
      of,
      (values) => new Map(values.filter((one) => /^eval\/[^/]+$/.test(one.key)).map((one) => [one.key, one.value])),
    ),
  );
  const groupGaps = metrics.map((of) =>
    thenKnown(of, (values) =>
      mapKnown(
        groupMetrics(values),
        (groups) =>
          new Map(
            groups
              .flatMap((group) => gaps(groups, group.metric))
              .map((gap) => [`${spaced(gap.metric)}, by ${spaced(gap.attribute)}`, Math.round(gap.gap * 1e6) / 1e6]),
          ),
      ),
    ),
  );
  return {
    versions: all.map((one, i) => ({
      id: one.id,
      version: one.version,
      learnedFrom: ofAnswer(one.sensitivity, (node) =>
        mapKnown(fieldOf(node, 'learnedFrom'), (tags) => tags.map((tag) => tag.tag.label).sort()),
      ),
      trainedOn: ofAnswer(one.training, (node) =>
        mapKnown(fieldOf(node, 'trainedOn'), (data) => data.map((set) => nameOr(set.dataset?.name))),
      ),
      runName: thenKnown(runs[i]!, (run) => fieldOf(run, 'name')),
    })),
    rows: table(overall, (key) => (key === 'eval/n' ? 'people evaluated' : spaced(key.slice('eval/'.length)))),
    gapRows: table(groupGaps, (key) => key),
  };
}

function table(columns: Known<Map<string, number | string>>[], nameOf: (key: string) => string): ComparedRow[] {
  const keys = new Set(columns.flatMap((of) => (of.state === 'known' ? [...of.value.keys()] : [])));
  return [...keys].map((key) => ({
    name: nameOf(key),
    values: columns.map((of) => thenKnown(of, (values) => (values.has(key) ? known(values.get(key)!) : notRecorded()))),
  }));
}
