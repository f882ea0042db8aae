import type { Redaction } from '../access/redaction.ts';

/** A figure over fewer people can point at one of them: it is shown to nobody. */
const fewestSubjects = 5;

/** Of figures whose number of subjects nobody told, nothing is known. */
export const isOverFew = (subjects: number | bigint | null): boolean => subjects !== null && subjects < fewestSubjects;

/** Not by role: whoever asks, a figure over so few would point at people. */
export const hiddenForFew = (type: string, fields: readonly string[]): readonly Redaction[] =>
  fields.map((field) => ({
    field: `${type}.${field}`,
    use: 'select',
    policy: `at-least-${fewestSubjects}-subjects`,
    reason: `A figure over fewer than ${fewestSubjects} subjects can point at one of them.`,
    howToRequest: 'Ask for the figure over a longer time or a larger group.',
  }));
