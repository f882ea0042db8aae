import { ArgsType, Field, InputType, registerEnumType } from 'type-graphql';
import { badInput } from '../../shared/errors.ts';
import { pageSize } from '../../shared/pages.ts';
import { comparisonsOfRange } from '../range-filter.ts';
import { KeyValueFilter } from '../relay/key-value.filter.ts';
import { PageArgs } from '../relay/page.args.ts';
import { TimeFilter } from '../relay/range.filter.ts';
import { SortDirection } from '../relay/sort-direction.ts';
import { StringFilter } from '../relay/string.filter.ts';
import { conditionsOn, conditionsOnTexts, requireFew } from '../search/filters.ts';
import { comparisonsOfText } from '../text-filter.ts';
import type { ExperimentSearch } from './experiments.search.ts';

@InputType('ExperimentFilter', { description: 'All conditions given must hold; at most 100.' })
export class ExperimentFilter {
  @Field(() => StringFilter, { nullable: true })
  name?: StringFilter | null;
  @Field(() => TimeFilter, { nullable: true })
  createdAt?: TimeFilter | null;
  @Field(() => [KeyValueFilter], { nullable: true })
  tags?: KeyValueFilter[] | null;
}

/** To the names that the search knows. */
const ExperimentOrderField = { CREATED_AT: 'creation_time', NAME: 'name', NUMBER: 'experiment_id' } as const;
registerEnumType(ExperimentOrderField, { name: 'ExperimentOrderField' });

@InputType('ExperimentOrder')
export class ExperimentOrder {
  @Field(() => ExperimentOrderField)
  field: string;
  @Field(() => SortDirection, { defaultValue: SortDirection.ASC })
  direction: 'ASC' | 'DESC';
}

@ArgsType()
export class ExperimentsArgs extends PageArgs {
  @Field(() => ExperimentFilter, { nullable: true })
  where?: ExperimentFilter | null;
  @Field(() => [ExperimentOrder], {
    defaultValue: [{ field: 'creation_time', direction: 'DESC' }],
    description: 'Ties come newest first.',
  })
  orderBy: ExperimentOrder[];
}

/** The search that the arguments ask for: experiments that are not deleted. */
export function experimentSearch({ where, orderBy, first, after }: ExperimentsArgs): ExperimentSearch {
  const conditions = [
    ...conditionsOn('attribute', 'name', comparisonsOfText(where?.name ?? {}, 'where.name')),
    ...conditionsOn('attribute', 'creation_time', comparisonsOfRange(where?.createdAt ?? {})),
    ...conditionsOnTexts('tag', where?.tags ?? [], 'where.tags'),
  ];
  requireFew(conditions);
  const keys = orderBy.map(({ field }) => field);
  const twice = keys.findIndex((key, i) => keys.indexOf(key) < i);
  if (twice >= 0) throw badInput(`orderBy[${twice}]`, 'Something is ordered by twice.', 'Leave this term out.');
  return {
    lifecycles: ['active'],
    conditions,
    order: orderBy.map(({ field: key, direction }) => ({ entity: 'attribute', key, descending: direction === 'DESC' })),
    limit: pageSize(first),
    token: after ?? '',
  };
}
