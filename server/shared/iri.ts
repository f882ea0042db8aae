import { badInput } from './errors.ts';

/** BAD_INPUT that names `field`, unless it is the whole IRI of a term. */
export function checkIri(text: string, field: string, example: string): void {
  if (text.length <= 500 && !/\s/.test(text) && /^https?:/.test(text) && URL.canParse(text)) return;
  throw badInput(field, 'This is not an IRI.', `Give the whole of it, such as ${example}.`);
}
