import { ArgsType, Field } from 'type-graphql';
import { PageArgs } from '../relay/page.args.ts';
import { conditionsOfRuns, experimentOfRuns, orderOfRuns } from './run.filter.ts';
import { RunFilter, RunOrder } from './run.input.ts';
import type { RunsRequest } from './runs.page.ts';

@ArgsType()
export class RunsArgs extends PageArgs {
  @Field(() => RunFilter, { nullable: true })
  where?: RunFilter | null;
  @Field(() => [RunOrder], {
    defaultValue: [{ field: 'start_time', direction: 'DESC' }],
    description: 'At most 20 terms; ties come newest start first, then by id.',
  })
  orderBy: RunOrder[];
}

export const runsRequest = ({ where, orderBy, first, after }: RunsArgs): RunsRequest => ({
  experimentId: experimentOfRuns(where ?? {}),
  conditions: conditionsOfRuns(where ?? {}),
  order: orderOfRuns(orderBy),
  first,
  after,
});
