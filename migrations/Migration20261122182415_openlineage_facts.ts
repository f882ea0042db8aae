import { Migration } from '@mikro-orm/migrations';

export class Migration20261122182415_openlineage_facts extends Migration {

  override name = 'Migration20261122182415_openlineage_facts';

  override up(): void | Promise<void> {
    this.addSql(`create table "dataset_alias" ("project_id" uuid not null, "namespace" text not null, "name" text not null, "dataset_key" bigint not null, "declares" boolean not null, primary key ("project_id", "namespace", "name"));`);
    this.addSql(`insert into "dataset_alias" select "project_id", "namespace", "name", "asset_key", jsonb_exists("facets", 'symlinks') from "dataset";`);
    this.addSql(`create index "dataset_alias_of" on "dataset_alias" ("dataset_key");`);

    this.addSql(`create table "dataset_change" ("dataset_key" bigint not null, "at" timestamptz(3) not null, "change" text not null, "previous_key" bigint not null, primary key ("dataset_key", "at", "change", "previous_key"));`);
    this.addSql(`create index "dataset_change_previous" on "dataset_change" ("previous_key");`);

    this.addSql(`create table "quality_check" ("dataset_key" bigint not null, "check_id" uuid not null, "told_by" text not null, "run_id" uuid null, "column_key" bigint null, "measured_at" timestamptz(3) not null, "assertion" text not null, "name" text null, "success" boolean not null, "severity" text null, "expected" text null, "actual" text null, primary key ("dataset_key", "check_id", "told_by"));`);
    this.addSql(`create index "quality_check_newest" on "quality_check" ("dataset_key", "check_id", "measured_at");`);

    this.addSql(`create table "seen_event" ("project_id" uuid not null, "digest" uuid not null, "received_at" timestamptz(3) not null, primary key ("project_id", "digest"));`);

    this.addSql(`create table "tag_retraction" ("dataset_key" bigint not null, "at" timestamptz(3) not null, primary key ("dataset_key", "at"));`);

    this.addSql(`create table "tag_sighting" ("asset_key" bigint not null, "tag_name" text not null, "at" timestamptz(3) not null, primary key ("asset_key", "tag_name", "at"));`);

    this.addSql(`alter table "asset" add "merged_into" bigint null;`);

    this.addSql(`alter table "column_profile" drop constraint "column_profile_pkey";`);
    this.addSql(`alter table "column_profile" add "told_by" text null;`);
    this.addSql(`update "column_profile" set "told_by" = "run_id"::text;`);
    this.addSql(`alter table "column_profile" alter column "told_by" set not null;`);
    this.addSql(`alter table "column_profile" alter column "run_id" drop not null;`);
    this.addSql(`alter table "column_profile" add primary key ("column_key", "told_by");`);

    this.addSql(`alter table "run_input" add "facets" jsonb null, add "facet_times" jsonb null;`);

    this.addSql(`alter table "run_output" add "facets" jsonb null, add "facet_times" jsonb null;`);

    // tags imported so far: when they were first named is what is known
    this.addSql(`insert into "tag_sighting" select distinct "asset_key", "tag_name", "valid_from" from "tag_declaration" where "origin" = 'IMPORTED';`);
    this.addSql(`insert into "tag_retraction" select "asset_key", ("facet_times" ->> 'tags')::timestamptz from "dataset" where jsonb_exists("facet_times", 'tags') and not jsonb_exists("facets", 'tags');`);

    this.addSql(`alter table "dataset_alias" add constraint "dataset_alias_project_id_foreign" foreign key ("project_id") references "project" ("id") on update no action on delete no action;`);
    this.addSql(`alter table "dataset_alias" add constraint "dataset_alias_dataset_key_foreign" foreign key ("dataset_key") references "asset" ("key");`);

    this.addSql(`alter table "dataset_change" add constraint "dataset_change_dataset_key_foreign" foreign key ("dataset_key") references "asset" ("key") on update no action on delete no action;`);
    this.addSql(`alter table "dataset_change" add constraint "dataset_change_previous_key_foreign" foreign key ("previous_key") references "asset" ("key") on update no action on delete no action;`);

    this.addSql(`alter table "quality_check" add constraint "quality_check_dataset_key_foreign" foreign key ("dataset_key") references "asset" ("key") on update no action on delete no action;`);
    this.addSql(`alter table "quality_check" add constraint "quality_check_run_id_foreign" foreign key ("run_id") references "run" ("id") on delete no action;`);
    this.addSql(`alter table "quality_check" add constraint "quality_check_column_key_foreign" foreign key ("column_key") references "asset" ("key") on delete no action;`);

    this.addSql(`alter table "seen_event" add constraint "seen_event_project_id_foreign" foreign key ("project_id") references "project" ("id") on update no action on delete no action;`);

    this.addSql(`alter table "tag_retraction" add constraint "tag_retraction_dataset_key_foreign" foreign key ("dataset_key") references "asset" ("key") on update no action on delete no action;`);

    this.addSql(`alter table "tag_sighting" add constraint "tag_sighting_asset_key_foreign" foreign key ("asset_key") references "asset" ("key") on update no action on delete no action;`);
  }
}
