import { Migration } from '@mikro-orm/migrations';

export class Migration20261122183006_artifacts extends Migration {

  override name = 'Migration20261122183006_artifacts';

  override up(): void | Promise<void> {
    this.addSql(`create table "artifact" ("id" bigserial primary key, "run_id" uuid null, "model_key" bigint null, "path" text not null, "sha256" text not null, "bytes" bigint not null, "by_id" uuid not null, "valid_from" timestamptz(3) not null, "valid_to" timestamptz(3) null);`);
    this.addSql(`create unique index "artifact_of_run_open" on "artifact" ("run_id", "path") where valid_to is null and run_id is not null;`);
    this.addSql(`create unique index "artifact_of_model_open" on "artifact" ("model_key", "path") where valid_to is null and model_key is not null;`);

    this.addSql(`alter table "model_version" add "digest" text null;`);

    this.addSql(`alter table "artifact" add constraint "artifact_run_id_foreign" foreign key ("run_id") references "run" ("id") on delete no action;`);
    this.addSql(`alter table "artifact" add constraint "artifact_model_key_foreign" foreign key ("model_key") references "asset" ("key") on delete no action;`);
    this.addSql(`alter table "artifact" add constraint "artifact_by_id_foreign" foreign key ("by_id") references "principal" ("id");`);
    this.addSql(`alter table "artifact" add constraint "artifact_has_one_owner" check (num_nonnulls(run_id, model_key) = 1);`);
  }

}
