interface ClassFacts {
  /** What belongs here. */
  readonly sentence: string;
  /** As a denial names it: "may not read results". */
  readonly noun: string;
  /** Each select leaves an `access.read` event with the rows' ids. */
  readonly audited: boolean;
}

const plain = { audited: false };

/** What a field is, as far as access cares. Policies speak of classes; each field has exactly one. */
export const classes = {
  structural: {
    noun: 'structure',
    sentence: 'Connections, edges, page facts, payload wrappers, redactions.',
    ...plain,
  },
  handle: {
    noun: 'identifiers',
    sentence:
      'Ids, statuses, times, version numbers and a person’s display name: what a writer needs back to go on writing.',
    ...plain,
  },
  catalogue: {
    noun: 'the catalogue',
    sentence: 'Names and descriptions of datasets, experiments, jobs and runs, and the schemas of datasets.',
    ...plain,
  },
  result: { noun: 'results', sentence: 'Parameters, metrics and evaluations of runs.', ...plain },
  artifact: {
    noun: 'artifacts',
    sentence: 'Files that runs and models leave: models, plots, and whatever rows of data a client put among them.',
    ...plain,
  },
  lineage: { noun: 'lineage', sentence: 'Inputs, outputs, edges and walks over them.', ...plain },
  sensitivity: {
    noun: 'sensitivity facts',
    sentence: 'Tags and their categories, and what a model learned from.',
    ...plain,
  },
  profile: {
    noun: 'data profiles',
    sentence: 'Statistics of a dataset’s columns: aggregates, never rows.',
    audited: true,
  },
  governance: {
    noun: 'governance facts',
    sentence:
      'Purposes, rules on use, approvals, legal bases, waivers, policies, and who has which role in which project.',
    ...plain,
  },
  verdict: {
    noun: 'verdicts',
    sentence: 'Whether a use is allowed, by which rules, until when, and whom to ask; not because of which data.',
    ...plain,
  },
  operations: { noun: 'operations', sentence: 'Deployments, drift and alerts.', ...plain },
  kpi: { noun: 'KPIs', sentence: 'Definitions and values of key figures.', ...plain },
  modelName: {
    noun: 'model names',
    sentence: 'What a model is called and which versions and aliases it has.',
    ...plain,
  },
  audit: { noun: 'the audit log', sentence: 'Events: who did or read what, when.', audited: true },
  identity: {
    noun: 'identities',
    sentence: 'Accounts and tokens of people and services, and every change of who has which role.',
    audited: true,
  },
} as const satisfies Record<string, ClassFacts>;

export type Class = keyof typeof classes;
export const classNames = Object.keys(classes) as Class[];

export { tagCategories, type TagCategory } from '../shared/tag-categories.ts';

/** A use of a field that a filter, an order or an argument makes where its name does not say so. */
export interface InputUse {
  /** `Type.field` */
  readonly coordinate: string;
  readonly use: 'filter' | 'order' | 'group' | 'aggregate' | 'cursor' | 'search';
}

/** The labels of one domain: plain data, merged for the whole schema by `mergeLabels`. */
export interface Labels {
  readonly fields: Readonly<Record<string, Readonly<Record<string, Class>>>>;
  /** By input field (`RunFilter.metric`), enum value (`RunOrder.METRIC_DESC`) or argument (`Query.models(text:)`). */
  readonly inputs: Readonly<Record<string, readonly InputUse[]>>;
  /** Types whose objects have effective tags, so that a policy may speak of them (`context.categories`). */
  readonly tagged: readonly string[];
}

/**
 * Labels each field of each object type with its class.
 *
 *     export const runPolicy = classify(
 *       { Run: { id: 'handle', metrics: 'result' } },
 *       { 'RunFilter.metric': [{ coordinate: 'Run.metrics', use: 'filter' }] },
 *     );
 *
 * The second parameter holds only exceptions: `RunFilter.name` means filter of `Run.name` by itself. An empty list says that the
 * input reveals nothing of any field. The third names types whose objects have tags.
 */
export function classify(
  fields: Labels['fields'],
  inputs: Labels['inputs'] = {},
  tagged: Labels['tagged'] = [],
): Labels {
  return { fields, inputs, tagged };
}

/** One set of labels of many. Several domains may add fields to one type; a field labelled twice is an error. */
export function mergeLabels(...parts: readonly Labels[]): Labels {
  const fields: Record<string, Record<string, Class>> = {};
  const inputs: Record<string, readonly InputUse[]> = {};
  const twice: string[] = [];
  for (const part of parts) {
    for (const [type, labels] of Object.entries(part.fields)) {
      const merged = (fields[type] ??= {});
      for (const [field, label] of Object.entries(labels)) {
        if (Object.hasOwn(merged, field)) twice.push(`${type}.${field}`);
        merged[field] = label;
      }
    }
    for (const [input, demands] of Object.entries(part.inputs)) {
      if (Object.hasOwn(inputs, input)) twice.push(input);
      inputs[input] = demands;
    }
  }
  if (twice.length > 0) throw new Error(`Labelled in two places: ${twice.join(', ')}`);
  return { fields, inputs, tagged: [...new Set(parts.flatMap((part) => part.tagged))].sort() };
}
