import { Migration } from '@mikro-orm/migrations';

export class Migration20261122183225_policy_proposals extends Migration {

  override name = 'Migration20261122183225_policy_proposals';

  override up(): void | Promise<void> {
    this.addSql(`create table "policy_proposal" ("id" uuid not null, "text" text not null, "digest" text not null, "reason" text not null, "based_on" int not null, "proposed_by_id" uuid null, "decision" text null, "decided_by_id" uuid null, "valid_from" timestamptz(3) not null, "valid_to" timestamptz(3) null, primary key ("id"));`);

    this.addSql(`alter table "policy_version" add "proposal_id" uuid null;`);
    this.addSql(`alter table "policy_version" add constraint "policy_version_proposal_id_foreign" foreign key ("proposal_id") references "policy_proposal" ("id") on delete no action;`);

    this.addSql(`alter table "policy_proposal" add constraint "policy_proposal_proposed_by_id_foreign" foreign key ("proposed_by_id") references "principal" ("id") on delete no action;`);
    this.addSql(`alter table "policy_proposal" add constraint "policy_proposal_decided_by_id_foreign" foreign key ("decided_by_id") references "principal" ("id") on delete no action;`);
  }

}
