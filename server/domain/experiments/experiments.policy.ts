import { classify } from '../../access/classes.ts';

export const experimentsPolicy = classify({
  Query: { experiments: 'handle' },
  Experiment: {
    id: 'handle',
    number: 'handle',
    name: 'catalogue',
    lifecycle: 'handle',
    createdAt: 'handle',
    project: 'handle',
    tags: 'catalogue',
    redactions: 'structural',
  },
});
