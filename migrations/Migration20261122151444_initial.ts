import { Migration } from '@mikro-orm/migrations';

export class Migration20261122151444_initial extends Migration {

  override name = 'Migration20261122151444_initial';

  override up(): void | Promise<void> {
    this.addSql(`create table "event_inbox" ("id" bigserial primary key, "at" timestamptz(3) not null, "actor_id" uuid null, "actor_name" text not null, "action" text not null, "subject_kind" text null, "subject_id" uuid null, "project_id" uuid null, "coordinate" text null, "policy" text null, "details" jsonb not null, "salts" jsonb not null);`);

    this.addSql(`create table "event_log" ("idx" bigint not null, "at" timestamptz(3) not null, "actor_id" uuid null, "actor_name" text not null, "action" text not null, "subject_kind" text null, "subject_id" uuid null, "project_id" uuid null, "coordinate" text null, "policy" text null, "details" jsonb not null, "salts" jsonb not null, "leaf_hash" text not null, "integrated_at" timestamptz(3) not null, primary key ("idx"));`);
    this.addSql(`create index "event_log_by_project" on "event_log" ("project_id", "idx");`);
    this.addSql(`create index "event_log_by_subject" on "event_log" ("subject_id", "idx");`);

    this.addSql(`create table "policy_version" ("version" int not null, "text" text not null, "digest" text not null, "valid_from" timestamptz(3) not null, "valid_to" timestamptz(3) null, primary key ("version"));`);

    this.addSql(`create table "principal" ("id" uuid not null, "name" text not null, "kind" text not null, "created_at" timestamptz(3) not null, "suspended_at" timestamptz(3) null, primary key ("id"));`);
    this.addSql(`alter table "principal" add constraint "principal_name_unique" unique ("name");`);

    this.addSql(`create table "project" ("id" uuid not null, "slug" text not null, "name" text not null, "created_at" timestamptz(3) not null, primary key ("id"));`);
    this.addSql(`alter table "project" add constraint "project_slug_unique" unique ("slug");`);

    this.addSql(`create table "membership" ("id" uuid not null, "principal_id" uuid not null, "project_id" uuid null, "valid_from" timestamptz(3) not null, "valid_to" timestamptz(3) null, primary key ("id"));`);
    this.addSql(`create index "membership_open" on "membership" ("principal_id") where valid_to is null;`);

    this.addSql(`create table "job" ("id" uuid not null, "project_id" uuid not null, "namespace" text not null, "name" text not null, "facets" jsonb not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));`);
    this.addSql(`alter table "job" add constraint "job_name" unique ("project_id", "namespace", "name");`);

    this.addSql(`create table "experiment" ("id" uuid not null, "number" bigint not null, "project_id" uuid not null, "name" text not null, "lifecycle" text not null, "artifact_location" text not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));`);
    this.addSql(`alter table "experiment" add constraint "experiment_number" unique ("project_id", "number");`);
    this.addSql(`alter table "experiment" add constraint "experiment_name" unique ("project_id", "name");`);

    this.addSql(`create table "experiment_tag" ("experiment_id" uuid not null, "key" text not null, "value" text not null, primary key ("experiment_id", "key"));`);

    this.addSql(`create table "asset" ("key" bigserial primary key, "id" uuid not null, "kind" text not null, "project_id" uuid not null, "name" text not null, "created_at" timestamptz(3) not null);`);
    this.addSql(`alter table "asset" add constraint "asset_id_unique" unique ("id");`);
    this.addSql(`create index "asset_by_project_kind" on "asset" ("project_id", "kind", "name", "key");`);

    this.addSql(`create table "model_alias" ("id" uuid not null, "model_key" bigint not null, "alias" text not null, "version_key" bigint not null, "valid_from" timestamptz(3) not null, "valid_to" timestamptz(3) null, primary key ("id"));`);
    this.addSql(`create index "model_alias_by_version" on "model_alias" ("version_key") where valid_to is null;`);
    this.addSql(`create unique index "model_alias_open" on "model_alias" ("model_key", "alias") where valid_to is null;`);

    this.addSql(`create table "model" ("asset_key" bigint not null, "project_id" uuid not null, "name" text not null, "description" text null, "tags" jsonb not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("asset_key"));`);
    this.addSql(`alter table "model" add constraint "model_name" unique ("project_id", "name");`);

    this.addSql(`create table "kpi_value" ("kpi_key" bigint not null, "at" timestamptz(3) not null, "value" double precision not null, primary key ("kpi_key", "at"));`);

    this.addSql(`create table "kpi" ("asset_key" bigint not null, "project_id" uuid not null, "name" text not null, "unit" text null, "direction" text not null, "definition" text not null, "metric_key" text null, "subject_key" bigint null, "warn_at" double precision null, "fail_at" double precision null, "owner_id" uuid not null, "roles" text[] not null, "created_at" timestamptz(3) not null, primary key ("asset_key"));`);
    this.addSql(`alter table "kpi" add constraint "kpi_name" unique ("project_id", "name");`);

    this.addSql(`create table "dataset_version" ("asset_key" bigint not null, "dataset_key" bigint not null, "digest" text not null, "label" text not null, "source_type" text not null, "source" text not null, "schema" text null, "profile" text null, "row_count" bigint null, "created_at" timestamptz(3) not null, primary key ("asset_key"));`);
    this.addSql(`create index "dataset_version_newest" on "dataset_version" ("dataset_key", "created_at", "asset_key");`);
    this.addSql(`alter table "dataset_version" add constraint "dataset_version_digest" unique ("dataset_key", "digest");`);

    this.addSql(`create table "dataset_column" ("asset_key" bigint not null, "dataset_key" bigint not null, "name" text not null, "ordinal" int not null, "type" text not null, "description" text null, "updated_at" timestamptz(3) not null, primary key ("asset_key"));`);
    this.addSql(`alter table "dataset_column" add constraint "dataset_column_name" unique ("dataset_key", "name");`);

    this.addSql(`create table "dataset" ("asset_key" bigint not null, "project_id" uuid not null, "namespace" text not null, "name" text not null, "description" text null, "facets" jsonb not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("asset_key"));`);
    this.addSql(`alter table "dataset" add constraint "dataset_name" unique ("project_id", "namespace", "name");`);

    this.addSql(`create table "api_token" ("id" uuid not null, "principal_id" uuid not null, "label" text not null, "hash" text not null, "default_project_id" uuid null, "created_at" timestamptz(3) not null, "expires_at" timestamptz(3) null, "revoked_at" timestamptz(3) null, primary key ("id"));`);
    this.addSql(`alter table "api_token" add constraint "api_token_hash_unique" unique ("hash");`);

    this.addSql(`create table "purpose" ("code" text not null, "label" text not null, "iri" text null, "description" text not null, "high_risk" boolean not null, "high_risk_source" text null, primary key ("code"));`);

    this.addSql(`create table "deployment" ("asset_key" bigint not null, "project_id" uuid not null, "version_key" bigint not null, "environment" text not null, "purpose_code" text not null, "replaces_key" bigint null, "by_id" uuid not null, "valid_from" timestamptz(3) not null, "valid_to" timestamptz(3) null, primary key ("asset_key"));`);
    this.addSql(`create index "deployment_by_version" on "deployment" ("version_key", "valid_from");`);

    this.addSql(`create table "role_grant" ("id" uuid not null, "principal_id" uuid not null, "role" text not null, "valid_from" timestamptz(3) not null, "valid_to" timestamptz(3) null, primary key ("id"));`);
    this.addSql(`create unique index "role_grant_open" on "role_grant" ("principal_id", "role") where valid_to is null;`);

    this.addSql(`create table "run" ("id" uuid not null, "project_id" uuid not null, "experiment_id" uuid null, "job_id" uuid null, "parent_run_id" uuid null, "kind" text not null, "name" text null, "status" text not null, "user_name" text not null, "started_at" timestamptz(3) null, "ended_at" timestamptz(3) null, "lifecycle" text not null, "deleted_at" timestamptz(3) null, "artifact_uri" text null, "external_id" text null, "facets" jsonb not null, "created_at" timestamptz(3) not null, primary key ("id"));`);
    this.addSql(`create index "run_by_experiment" on "run" ("experiment_id", "lifecycle", "started_at", "id");`);
    this.addSql(`create index "run_by_project" on "run" ("project_id", "started_at", "id");`);
    this.addSql(`create index "run_by_job" on "run" ("job_id", "started_at");`);
    this.addSql(`create index "run_by_parent" on "run" ("parent_run_id");`);

    this.addSql(`create table "model_version" ("asset_key" bigint not null, "model_key" bigint not null, "version" int not null, "run_id" uuid null, "logged_model_key" bigint null, "source" text not null, "status" text not null, "stage" text not null, "description" text null, "tags" jsonb not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("asset_key"));`);
    this.addSql(`create index "model_version_by_run" on "model_version" ("run_id");`);
    this.addSql(`alter table "model_version" add constraint "model_version_number" unique ("model_key", "version");`);

    this.addSql(`create table "metric_series" ("run_id" uuid not null, "n" int not null, "key" text not null, "dataset_name" text not null, "dataset_digest" text not null, "model_id" text not null, "latest_step" bigint not null, "latest_at" timestamptz(3) not null, "latest_value" double precision not null, primary key ("run_id", "n"));`);
    this.addSql(`alter table "metric_series" add constraint "metric_series_identity" unique ("run_id", "key", "dataset_name", "dataset_digest", "model_id");`);

    this.addSql(`create table "metric_point" ("run_id" uuid not null, "n" int not null, "step" bigint not null, "at" timestamptz(3) not null, "value" double precision not null, primary key ("run_id", "n", "step", "at", "value"));`);

    this.addSql(`create table "logged_model" ("asset_key" bigint not null, "project_id" uuid not null, "experiment_id" uuid not null, "run_id" uuid null, "name" text not null, "model_type" text not null, "status" text not null, "artifact_uri" text not null, "params" jsonb not null, "tags" jsonb not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, "deleted_at" timestamptz(3) null, primary key ("asset_key"));`);
    this.addSql(`create index "logged_model_by_experiment" on "logged_model" ("experiment_id", "created_at", "asset_key");`);
    this.addSql(`create index "logged_model_by_run" on "logged_model" ("run_id");`);

    this.addSql(`create table "edge" ("id" bigserial primary key, "src" bigint not null, "dst" bigint not null, "kind" smallint not null, "valid_from" timestamptz(3) not null, "valid_to" timestamptz(3) null, "last_seen" timestamptz(3) not null, "source" text not null, "run_id" uuid null, "refined" boolean not null default false, "transformations" jsonb null);`);
    this.addSql(`create index "edge_up_open" on "edge" ("dst") include ("id", "src", "kind", "refined") where valid_to is null;`);
    this.addSql(`create index "edge_down_any" on "edge" ("src") include ("id", "dst", "valid_from", "valid_to");`);
    this.addSql(`create index "edge_up_any" on "edge" ("dst") include ("id", "src", "valid_from", "valid_to");`);
    this.addSql(`create unique index "edge_down_open" on "edge" ("src", "dst", "kind") include ("id") where valid_to is null;`);

    this.addSql(`create table "column_profile" ("column_key" bigint not null, "run_id" uuid not null, "measured_at" timestamptz(3) not null, "row_count" bigint null, "statistics" jsonb not null, primary key ("column_key", "run_id"));`);
    this.addSql(`create index "column_profile_newest" on "column_profile" ("column_key", "measured_at");`);

    this.addSql(`create table "run_input" ("run_id" uuid not null, "asset_key" bigint not null, "context" text not null, "tags" jsonb not null, primary key ("run_id", "asset_key", "context"));`);
    this.addSql(`create index "run_input_by_asset" on "run_input" ("asset_key", "run_id");`);

    this.addSql(`create table "run_output" ("run_id" uuid not null, "asset_key" bigint not null, "step" bigint null, primary key ("run_id", "asset_key"));`);
    this.addSql(`create index "run_output_by_asset" on "run_output" ("asset_key", "run_id");`);

    this.addSql(`create table "run_param" ("run_id" uuid not null, "key" text not null, "value" text not null, primary key ("run_id", "key"));`);

    this.addSql(`create table "run_tag" ("run_id" uuid not null, "key" text not null, "value" text not null, primary key ("run_id", "key"));`);

    this.addSql(`create table "sensitivity_tag" ("name" text not null, "parent" text null, "category" text not null, "label" text not null, "iri" text null, "description" text not null, primary key ("name"));`);

    this.addSql(`create table "tag_declaration" ("id" uuid not null, "asset_key" bigint not null, "tag_name" text not null, "origin" text not null, "by_id" uuid null, "note" text null, "valid_from" timestamptz(3) not null, "valid_to" timestamptz(3) null, primary key ("id"));`);
    this.addSql(`create index "tag_declaration_by_tag" on "tag_declaration" ("tag_name", "asset_key");`);
    this.addSql(`create unique index "tag_declaration_open" on "tag_declaration" ("asset_key", "tag_name") where valid_to is null;`);

    this.addSql(`create table "version_column" ("version_key" bigint not null, "column_key" bigint not null, "ordinal" int not null, "type" text not null, "required" boolean not null, "role" text not null, primary key ("version_key", "column_key"));`);

    this.addSql(`alter table "membership" add constraint "membership_principal_id_foreign" foreign key ("principal_id") references "principal" ("id");`);
    this.addSql(`alter table "membership" add constraint "membership_project_id_foreign" foreign key ("project_id") references "project" ("id") on delete no action;`);

    this.addSql(`alter table "job" add constraint "job_project_id_foreign" foreign key ("project_id") references "project" ("id");`);

    this.addSql(`alter table "experiment" add constraint "experiment_project_id_foreign" foreign key ("project_id") references "project" ("id");`);

    this.addSql(`alter table "experiment_tag" add constraint "experiment_tag_experiment_id_foreign" foreign key ("experiment_id") references "experiment" ("id") on update no action on delete no action;`);

    this.addSql(`alter table "asset" add constraint "asset_project_id_foreign" foreign key ("project_id") references "project" ("id");`);

    this.addSql(`alter table "model_alias" add constraint "model_alias_model_key_foreign" foreign key ("model_key") references "asset" ("key");`);
    this.addSql(`alter table "model_alias" add constraint "model_alias_version_key_foreign" foreign key ("version_key") references "asset" ("key");`);

    this.addSql(`alter table "model" add constraint "model_asset_key_foreign" foreign key ("asset_key") references "asset" ("key") on update no action on delete no action;`);
    this.addSql(`alter table "model" add constraint "model_project_id_foreign" foreign key ("project_id") references "project" ("id");`);

    this.addSql(`alter table "kpi_value" add constraint "kpi_value_kpi_key_foreign" foreign key ("kpi_key") references "asset" ("key") on update no action on delete no action;`);

    this.addSql(`alter table "kpi" add constraint "kpi_asset_key_foreign" foreign key ("asset_key") references "asset" ("key") on update no action on delete no action;`);
    this.addSql(`alter table "kpi" add constraint "kpi_project_id_foreign" foreign key ("project_id") references "project" ("id");`);
    this.addSql(`alter table "kpi" add constraint "kpi_subject_key_foreign" foreign key ("subject_key") references "asset" ("key") on delete no action;`);
    this.addSql(`alter table "kpi" add constraint "kpi_owner_id_foreign" foreign key ("owner_id") references "principal" ("id");`);

    this.addSql(`alter table "dataset_version" add constraint "dataset_version_asset_key_foreign" foreign key ("asset_key") references "asset" ("key") on update no action on delete no action;`);
    this.addSql(`alter table "dataset_version" add constraint "dataset_version_dataset_key_foreign" foreign key ("dataset_key") references "asset" ("key");`);

    this.addSql(`alter table "dataset_column" add constraint "dataset_column_asset_key_foreign" foreign key ("asset_key") references "asset" ("key") on update no action on delete no action;`);
    this.addSql(`alter table "dataset_column" add constraint "dataset_column_dataset_key_foreign" foreign key ("dataset_key") references "asset" ("key");`);

    this.addSql(`alter table "dataset" add constraint "dataset_asset_key_foreign" foreign key ("asset_key") references "asset" ("key") on update no action on delete no action;`);
    this.addSql(`alter table "dataset" add constraint "dataset_project_id_foreign" foreign key ("project_id") references "project" ("id");`);

    this.addSql(`alter table "api_token" add constraint "api_token_principal_id_foreign" foreign key ("principal_id") references "principal" ("id");`);
    this.addSql(`alter table "api_token" add constraint "api_token_default_project_id_foreign" foreign key ("default_project_id") references "project" ("id") on delete no action;`);

    this.addSql(`alter table "deployment" add constraint "deployment_asset_key_foreign" foreign key ("asset_key") references "asset" ("key") on update no action on delete no action;`);
    this.addSql(`alter table "deployment" add constraint "deployment_project_id_foreign" foreign key ("project_id") references "project" ("id");`);
    this.addSql(`alter table "deployment" add constraint "deployment_version_key_foreign" foreign key ("version_key") references "asset" ("key");`);
    this.addSql(`alter table "deployment" add constraint "deployment_purpose_code_foreign" foreign key ("purpose_code") references "purpose" ("code");`);
    this.addSql(`alter table "deployment" add constraint "deployment_replaces_key_foreign" foreign key ("replaces_key") references "asset" ("key") on delete no action;`);
    this.addSql(`alter table "deployment" add constraint "deployment_by_id_foreign" foreign key ("by_id") references "principal" ("id");`);

    this.addSql(`alter table "role_grant" add constraint "role_grant_principal_id_foreign" foreign key ("principal_id") references "principal" ("id");`);

    this.addSql(`alter table "run" add constraint "run_project_id_foreign" foreign key ("project_id") references "project" ("id");`);
    this.addSql(`alter table "run" add constraint "run_experiment_id_foreign" foreign key ("experiment_id") references "experiment" ("id") on delete no action;`);
    this.addSql(`alter table "run" add constraint "run_job_id_foreign" foreign key ("job_id") references "job" ("id") on delete no action;`);

    this.addSql(`alter table "model_version" add constraint "model_version_asset_key_foreign" foreign key ("asset_key") references "asset" ("key") on update no action on delete no action;`);
    this.addSql(`alter table "model_version" add constraint "model_version_model_key_foreign" foreign key ("model_key") references "asset" ("key");`);
    this.addSql(`alter table "model_version" add constraint "model_version_run_id_foreign" foreign key ("run_id") references "run" ("id") on delete no action;`);
    this.addSql(`alter table "model_version" add constraint "model_version_logged_model_key_foreign" foreign key ("logged_model_key") references "asset" ("key") on delete no action;`);

    this.addSql(`alter table "metric_series" add constraint "metric_series_run_id_foreign" foreign key ("run_id") references "run" ("id") on update no action on delete no action;`);

    this.addSql(`alter table "metric_point" add constraint "metric_point_run_id_foreign" foreign key ("run_id") references "run" ("id") on update no action on delete no action;`);

    this.addSql(`alter table "logged_model" add constraint "logged_model_asset_key_foreign" foreign key ("asset_key") references "asset" ("key") on update no action on delete no action;`);
    this.addSql(`alter table "logged_model" add constraint "logged_model_project_id_foreign" foreign key ("project_id") references "project" ("id");`);
    this.addSql(`alter table "logged_model" add constraint "logged_model_experiment_id_foreign" foreign key ("experiment_id") references "experiment" ("id");`);
    this.addSql(`alter table "logged_model" add constraint "logged_model_run_id_foreign" foreign key ("run_id") references "run" ("id") on delete no action;`);

    this.addSql(`alter table "edge" add constraint "edge_src_foreign" foreign key ("src") references "asset" ("key");`);
    this.addSql(`alter table "edge" add constraint "edge_dst_foreign" foreign key ("dst") references "asset" ("key");`);
    this.addSql(`alter table "edge" add constraint "edge_run_id_foreign" foreign key ("run_id") references "run" ("id") on delete no action;`);

    this.addSql(`alter table "column_profile" add constraint "column_profile_column_key_foreign" foreign key ("column_key") references "asset" ("key") on update no action on delete no action;`);
    this.addSql(`alter table "column_profile" add constraint "column_profile_run_id_foreign" foreign key ("run_id") references "run" ("id") on update no action on delete no action;`);

    this.addSql(`alter table "run_input" add constraint "run_input_run_id_foreign" foreign key ("run_id") references "run" ("id") on update no action on delete no action;`);
    this.addSql(`alter table "run_input" add constraint "run_input_asset_key_foreign" foreign key ("asset_key") references "asset" ("key") on update no action on delete no action;`);

    this.addSql(`alter table "run_output" add constraint "run_output_run_id_foreign" foreign key ("run_id") references "run" ("id") on update no action on delete no action;`);
    this.addSql(`alter table "run_output" add constraint "run_output_asset_key_foreign" foreign key ("asset_key") references "asset" ("key") on update no action on delete no action;`);

    this.addSql(`alter table "run_param" add constraint "run_param_run_id_foreign" foreign key ("run_id") references "run" ("id") on update no action on delete no action;`);

    this.addSql(`alter table "run_tag" add constraint "run_tag_run_id_foreign" foreign key ("run_id") references "run" ("id") on update no action on delete no action;`);

    this.addSql(`alter table "tag_declaration" add constraint "tag_declaration_asset_key_foreign" foreign key ("asset_key") references "asset" ("key");`);
    this.addSql(`alter table "tag_declaration" add constraint "tag_declaration_tag_name_foreign" foreign key ("tag_name") references "sensitivity_tag" ("name");`);
    this.addSql(`alter table "tag_declaration" add constraint "tag_declaration_by_id_foreign" foreign key ("by_id") references "principal" ("id") on delete no action;`);

    this.addSql(`alter table "version_column" add constraint "version_column_version_key_foreign" foreign key ("version_key") references "asset" ("key") on update no action on delete no action;`);
    this.addSql(`alter table "version_column" add constraint "version_column_column_key_foreign" foreign key ("column_key") references "asset" ("key") on update no action on delete no action;`);
  }


}
