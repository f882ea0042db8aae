import { Migration } from '@mikro-orm/migrations';

export class Migration20261122184003_settled_runs extends Migration {

  override name = 'Migration20261122184003_settled_runs';

  override up(): void | Promise<void> {
    this.addSql(`create table "run_metric" ("run_id" uuid not null, "key" text not null, "value" double precision not null, "project_id" uuid not null, "experiment_id" uuid null, "started_at" timestamptz(3) null, primary key ("run_id", "key"));`);
    this.addSql(`create index "run_metric_by_project" on "run_metric" ("project_id", "key", "value", "started_at" DESC, "run_id");`);
    this.addSql(`create index "run_metric_by_experiment" on "run_metric" ("experiment_id", "key", "value", "started_at" DESC, "run_id");`);

    this.addSql(`create table "run_sheet" ("run_id" uuid not null, "metrics" text not null, "params" text not null, "tags" text not null, primary key ("run_id"));`);

    this.addSql(`drop index "run_by_experiment";`);
    this.addSql(`drop index "run_by_project";`);
    this.addSql(`alter table "run" add "open_since" timestamptz(3) null;`);
    // what was written before is settled by the server's own clock
    this.addSql(`update "run" set "open_since" = "created_at" where "experiment_id" is not null or exists (select from "metric_series" s where s."run_id" = "run"."id");`);
    this.addSql(`create index "run_open" on "run" ("open_since") where open_since is not null;`);
    this.addSql(`create index "run_by_experiment" on "run" ("experiment_id", "lifecycle", "started_at" DESC, "id");`);
    this.addSql(`create index "run_by_project" on "run" ("project_id", "lifecycle", "started_at" DESC, "id");`);

    this.addSql(`create index "run_param_by_value" on "run_param" ("key", left("value", 100), "run_id");`);

    this.addSql(`create index "run_tag_by_value" on "run_tag" ("key", left("value", 100), "run_id");`);

    this.addSql(`alter table "run_metric" add constraint "run_metric_run_id_foreign" foreign key ("run_id") references "run" ("id") on update no action on delete no action;`);

    this.addSql(`alter table "run_sheet" add constraint "run_sheet_run_id_foreign" foreign key ("run_id") references "run" ("id") on update no action on delete no action;`);
  }

}
