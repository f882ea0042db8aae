import { Arg, Field, ID, ObjectType, Resolver, Root, Subscription } from 'type-graphql';
import { changesOf, type ChangesArgs } from '../audit/changes.ts';
import type { Context } from '../context.ts';
import { DeploymentType } from '../models/models.type.ts';
import type { DeploymentView } from '../models/models.views.ts';

@ObjectType('DeploymentJudgement', {
  description: 'A deployment in use came to stand against the rules, or does so no more.',
  simpleResolvers: true,
})
export class DeploymentJudgementType {
  @Field(() => DeploymentType)
  deployment: DeploymentType;
  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it did from then on. `violatingSince` tells how it is now.',
  })
  violating: boolean;
  @Field(() => String, { description: 'Where the change stands; give it as `after` to go on from there.' })
  cursor: string;
}

interface Judgement {
  deployment: DeploymentView;
  violating: boolean;
  cursor: string;
}

@Resolver()
export class DeploymentJudgedResolver {
  @Subscription(() => DeploymentJudgementType, {
    description:
      'Each deployment in use that comes to stand against the rules, or ceases to, when data, tags, rules, barriers, approvals or waivers change, or time runs out for one. After a break, give the last `cursor` as `after`: nothing is missed.',
    subscribe: ({ args, context }) =>
      changesOf<DeploymentView, Judgement>(
        context as Context,
        { type: 'Deployment', actions: ['deployment.violated', 'deployment.cleared'] },
        args as ChangesArgs,
        ({ subject, action, cursor }) => ({ deployment: subject, violating: action === 'deployment.violated', cursor }),
      ),
  })
  deploymentJudged(
    @Root() judgement: Judgement,
    @Arg('ids', () => [ID], { nullable: true, description: 'Only these deployments; at most 100.' })
    _ids: string[] | null,
    @Arg('after', () => String, {
      nullable: true,
      description: 'Only changes after the one that has this cursor; from now on unless given.',
    })
    _after: string | null,
  ): Judgement {
    return judgement;
  }
}
