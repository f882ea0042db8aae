import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { KeyValueFilter } from '../relay/key-value.filter.ts';
import { NumberFilter, TimeFilter } from '../relay/range.filter.ts';
import { SortDirection } from '../relay/sort-direction.ts';
import { StringFilter } from '../relay/string.filter.ts';
import type { RunKind, RunStatus } from './run.entity.ts';
import type { KeyedFilter } from '../search/filters.ts';
import type { InputFilter, RunOrdering, RunWhere } from './run.filter.ts';
import { RunKindEnum, RunStatusEnum } from './run.type.ts';

@InputType('MetricFilter', { description: 'A metric by its key: the latest value of all its series in the run.' })
export class MetricFilter implements KeyedFilter<NumberFilter> {
  @Field(() => String)
  key: string;
  @Field(() => NumberFilter)
  value: NumberFilter;
}

@InputType('RunInputFilter', { description: 'A dataset that the run read: all conditions must hold of the same one.' })
export class RunInputFilter implements InputFilter {
  @Field(() => StringFilter, { nullable: true })
  name?: StringFilter | null;
  @Field(() => StringFilter, { nullable: true })
  digest?: StringFilter | null;
  @Field(() => StringFilter, { nullable: true, description: 'What it was read for, in the client’s word.' })
  context?: StringFilter | null;
}

@InputType('RunFilter', { description: 'All conditions given must hold; at most 100.' })
export class RunFilter implements RunWhere {
  @Field(() => ID, { nullable: true })
  experimentId?: string | null;
  @Field(() => StringFilter, { nullable: true })
  mlflowId?: StringFilter | null;
  @Field(() => [RunStatusEnum], { nullable: true, description: 'One of these.' })
  status?: RunStatus[] | null;
  @Field(() => [RunKindEnum], { nullable: true, description: 'One of these.' })
  kind?: RunKind[] | null;
  @Field(() => StringFilter, { nullable: true })
  name?: StringFilter | null;
  @Field(() => StringFilter, { nullable: true })
  userName?: StringFilter | null;
  @Field(() => StringFilter, { nullable: true })
  artifactUri?: StringFilter | null;
  @Field(() => TimeFilter, { nullable: true })
  startedAt?: TimeFilter | null;
  @Field(() => TimeFilter, { nullable: true })
  endedAt?: TimeFilter | null;
  @Field(() => [MetricFilter], { nullable: true })
  metrics?: MetricFilter[] | null;
  @Field(() => [KeyValueFilter], { nullable: true })
  params?: KeyValueFilter[] | null;
  @Field(() => [KeyValueFilter], { nullable: true })
  tags?: KeyValueFilter[] | null;
  @Field(() => [RunInputFilter], { nullable: true })
  inputs?: RunInputFilter[] | null;
}

/** To the names that the search knows. */
const RunOrderField = {
  STARTED_AT: 'start_time',
  ENDED_AT: 'end_time',
  NAME: 'run_name',
  STATUS: 'status',
  KIND: 'kind',
  USER_NAME: 'user_id',
  ARTIFACT_URI: 'artifact_uri',
  MLFLOW_ID: 'run_id',
} as const;
registerEnumType(RunOrderField, { name: 'RunOrderField', description: 'A field that every run has.' });

@InputType('RunOrder', {
  description:
    'One term: exactly one of `field`, `metric`, `param` and `tag`. What lacks it comes last in either direction, NaN just before; ' +
    'only runs that have not started count as newer than all that have.',
})
export class RunOrder implements RunOrdering {
  @Field(() => RunOrderField, { nullable: true })
  field?: string | null;
  @Field(() => String, { nullable: true, description: 'The key of a metric.' })
  metric?: string | null;
  @Field(() => String, { nullable: true, description: 'The key of a parameter.' })
  param?: string | null;
  @Field(() => String, { nullable: true, description: 'The key of a tag.' })
  tag?: string | null;
  @Field(() => SortDirection, { defaultValue: SortDirection.ASC })
  direction: 'ASC' | 'DESC';
}
