import { coordinateOf, type ModelSearch } from '../../domain/models/models.search.ts';
import type { Context } from '../../domain/context.ts';
import { list, optionalText, pageSize, searchText } from './fields.ts';
import { parseFilter, parseOrder } from './filter.ts';

/** The part that all searches of models share. */
export const searchFields = (fallback: number, max: number) => ({
  filter: searchText,
  max_results: pageSize(fallback, max),
  order_by: list(optionalText(1_000), 20),
  page_token: optionalText(20_000),
});

/** Reads the search, and asks whether the caller may filter and order by what it names. */
export function readSearch(
  { access }: Context,
  searchable: Parameters<typeof coordinateOf>[0],
  input: { filter: string; order_by: readonly string[]; max_results: number; page_token: string },
): ModelSearch {
  const conditions = parseFilter(input.filter);
  const order = parseOrder(input.order_by);
  for (const one of conditions) access.require(coordinateOf(searchable, one, 'filter'), 'filter');
  for (const one of order) access.require(coordinateOf(searchable, one, 'order_by'), 'order');
  return { conditions, order, limit: input.max_results, token: input.page_token };
}
