import { ArgsType, Field } from 'type-graphql';
import { PageArgs } from '../relay/page.args.ts';
import { RunFilter, RunOrderEnum } from './run.type.ts';
import type { RunOrder, RunsRequest } from './runs.page.ts';

@ArgsType()
export class RunsArgs extends PageArgs {
  @Field(() => RunFilter, { nullable: true })
  where?: RunFilter | null;
  @Field(() => RunOrderEnum, { defaultValue: RunOrderEnum.STARTED_AT_DESC })
  orderBy: RunOrder;
}

export const runsRequest = ({ where, orderBy, first, after }: RunsArgs): RunsRequest => ({
  where: where ?? {},
  orderBy,
  first,
  after,
});
