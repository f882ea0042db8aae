import { ArrayMaxSize, ArrayMinSize, Length, Matches } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { PrincipalKind } from './identity.type.ts';

@InputType()
export class CreateProjectInput {
  @Field(() => String, { description: 'Lower-case letters, digits and dashes, at most 63.' })
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/, {
    message: 'A project slug has lower-case letters, digits and dashes, at most 63.',
  })
  slug: string;

  @Field(() => String)
  @Length(1, 200)
  name: string;
}

@InputType()
export class CreatePrincipalInput {
  @Field(() => String, { description: 'Unique; an e-mail address or a service name.' })
  @Length(1, 200)
  name: string;

  @Field(() => PrincipalKind)
  kind: 'person' | 'service';

  @Field(() => [String])
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  roles: string[];

  @Field(() => [ID], {
    nullable: true,
    description:
      'The projects whose rows it sees, of your own; every project when left out, which takes a caller of all projects.',
  })
  @ArrayMaxSize(100)
  projectIds?: string[] | null;
}

@InputType()
export class IssueTokenInput {
  @Field(() => ID)
  principalId: string;

  @Field(() => ID, {
    description: 'Where its writes go through MLflow and OpenLineage, which have no word for projects.',
  })
  projectId: string;

  @Field(() => String, { description: 'What the token is for, for whoever has to revoke it one day.' })
  @Length(1, 200)
  label: string;

  @Field(() => Date, { nullable: true, description: 'Never when left out.' })
  expiresAt?: Date | null;
}

@InputType()
export class RevokeTokensInput {
  @Field(() => ID, { description: 'All its tokens end at once.' })
  principalId: string;
}

@InputType()
export class RoleInput {
  @Field(() => ID)
  principalId: string;

  @Field(() => String, { description: 'One that ships, or that the access policy in force brings in.' })
  role: string;
}

@InputType()
export class MemberInput {
  @Field(() => ID)
  principalId: string;

  @Field(() => ID, { nullable: true, description: 'Every project, those to come included, when left out.' })
  projectId?: string | null;
}
