import type { Context } from '../../domain/context.ts';
import type { Condition, Search } from '../../domain/search/condition.ts';
import { list, optionalText, pageSize, repeated, searchText } from './fields.ts';
import { parseFilter, parseOrder } from './filter.ts';

const orderTerm = optionalText(1_000);

/** The part that all searches by POST share; `fallback` and `max` are page sizes. */
export const searchFields = (fallback: number, max: number) => ({
  filter: searchText,
  max_results: pageSize(fallback, max),
  order_by: list(orderTerm, 20),
  page_token: optionalText(20_000),
});

/** As `searchFields`, in a query string. */
export const searchQuery = (fallback: number, max: number) => ({
  ...searchFields(fallback, max),
  order_by: repeated(orderTerm, 20),
});

/** Reads the search, and asks whether the caller may filter and order by the fields that `coordinatesOf` finds in it. */
export function readSearch(
  { access }: Context,
  coordinatesOf: (term: Pick<Condition, 'entity' | 'key'>, field: 'filter' | 'order_by') => readonly string[],
  input: { filter: string; order_by: readonly string[]; max_results: number; page_token: string },
): Search {
  const conditions = parseFilter(input.filter);
  const order = parseOrder(input.order_by);
  for (const one of conditions) for (const at of coordinatesOf(one, 'filter')) access.require(at, 'filter');
  for (const one of order) for (const at of coordinatesOf(one, 'order_by')) access.require(at, 'order');
  return { conditions, order, limit: input.max_results, token: input.page_token };
}
