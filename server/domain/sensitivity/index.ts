export { learnedBy } from './learned.ts';
