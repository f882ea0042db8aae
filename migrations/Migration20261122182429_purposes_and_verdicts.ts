import { Migration } from '@mikro-orm/migrations';

export class Migration20261122182429_purposes_and_verdicts extends Migration {

  override name = 'Migration20261122182429_purposes_and_verdicts';

  override up(): void | Promise<void> {
    this.addSql(`create table "model_approval" ("id" uuid not null, "version_key" bigint not null, "purpose_code" text not null, "role" text not null, "note" text null, "by_id" uuid not null, "until" timestamptz(3) null, "valid_from" timestamptz(3) not null, "valid_to" timestamptz(3) null, primary key ("id"));`);
    this.addSql(`create unique index "model_approval_open" on "model_approval" ("version_key", "purpose_code", "role") where valid_to is null;`);

    this.addSql(`create table "legal_basis" ("id" uuid not null, "project_id" uuid not null, "purpose_code" text not null, "tag_name" text not null, "article" text not null, "statement" text not null, "link" text null, "by_id" uuid not null, "until" timestamptz(3) null, "valid_from" timestamptz(3) not null, "valid_to" timestamptz(3) null, primary key ("id"));`);
    this.addSql(`create index "legal_basis_open" on "legal_basis" ("project_id", "purpose_code") where valid_to is null;`);

    this.addSql(`create table "use_rule" ("id" uuid not null, "code" text not null, "version" int not null, "purpose_code" text null, "tag_name" text not null, "effect" text not null, "approval_role" text null, "waiver_role" text null, "waiver_days" int null, "reason" text not null, "source" text not null, "by_id" uuid null, "valid_from" timestamptz(3) not null, "valid_to" timestamptz(3) null, primary key ("id"));`);
    this.addSql(`alter table "use_rule" add constraint "use_rule_version" unique ("code", "version");`);
    this.addSql(`create unique index "use_rule_open" on "use_rule" ("code") where valid_to is null;`);

    this.addSql(`create table "violation" ("id" uuid not null, "deployment_key" bigint not null, "rules" jsonb not null, "valid_from" timestamptz(3) not null, "valid_to" timestamptz(3) null, primary key ("id"));`);
    this.addSql(`create unique index "violation_open" on "violation" ("deployment_key") where valid_to is null;`);

    this.addSql(`create table "waiver" ("id" uuid not null, "rule_code" text not null, "version_key" bigint not null, "purpose_code" text not null, "deployment_key" bigint null, "role" text not null, "reason" text not null, "by_id" uuid not null, "until" timestamptz(3) null, "valid_from" timestamptz(3) not null, "valid_to" timestamptz(3) null, primary key ("id"));`);
    this.addSql(`create index "waiver_of_version" on "waiver" ("version_key", "rule_code") where valid_to is null;`);

    this.addSql(`alter table "purpose" add "parent" text null;`);

    this.addSql(`alter table "model_approval" add constraint "model_approval_version_key_foreign" foreign key ("version_key") references "asset" ("key");`);
    this.addSql(`alter table "model_approval" add constraint "model_approval_purpose_code_foreign" foreign key ("purpose_code") references "purpose" ("code");`);
    this.addSql(`alter table "model_approval" add constraint "model_approval_by_id_foreign" foreign key ("by_id") references "principal" ("id");`);

    this.addSql(`alter table "legal_basis" add constraint "legal_basis_project_id_foreign" foreign key ("project_id") references "project" ("id");`);
    this.addSql(`alter table "legal_basis" add constraint "legal_basis_purpose_code_foreign" foreign key ("purpose_code") references "purpose" ("code");`);
    this.addSql(`alter table "legal_basis" add constraint "legal_basis_tag_name_foreign" foreign key ("tag_name") references "sensitivity_tag" ("name");`);
    this.addSql(`alter table "legal_basis" add constraint "legal_basis_by_id_foreign" foreign key ("by_id") references "principal" ("id");`);

    this.addSql(`alter table "use_rule" add constraint "use_rule_purpose_code_foreign" foreign key ("purpose_code") references "purpose" ("code") on delete no action;`);
    this.addSql(`alter table "use_rule" add constraint "use_rule_tag_name_foreign" foreign key ("tag_name") references "sensitivity_tag" ("name");`);
    this.addSql(`alter table "use_rule" add constraint "use_rule_by_id_foreign" foreign key ("by_id") references "principal" ("id") on delete no action;`);

    this.addSql(`alter table "violation" add constraint "violation_deployment_key_foreign" foreign key ("deployment_key") references "asset" ("key");`);

    this.addSql(`alter table "waiver" add constraint "waiver_version_key_foreign" foreign key ("version_key") references "asset" ("key");`);
    this.addSql(`alter table "waiver" add constraint "waiver_purpose_code_foreign" foreign key ("purpose_code") references "purpose" ("code");`);
    this.addSql(`alter table "waiver" add constraint "waiver_deployment_key_foreign" foreign key ("deployment_key") references "asset" ("key") on delete no action;`);
    this.addSql(`alter table "waiver" add constraint "waiver_by_id_foreign" foreign key ("by_id") references "principal" ("id");`);
  }

}
