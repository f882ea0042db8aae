import { Migration } from '@mikro-orm/migrations';

export class Migration20261122190300_deletion_from_the_registry extends Migration {

  override name = 'Migration20261122190300_deletion_from_the_registry';

  override up(): void | Promise<void> {
    this.addSql(`alter table "model" drop constraint "model_name";`);
    this.addSql(`alter table "model" add "deleted_at" timestamptz(3) null;`);
    this.addSql(`create unique index "model_name" on "model" ("project_id", "name") where deleted_at is null;`);

    this.addSql(`alter table "model_version" add "said_run" text null, add "storage" text null, add "deleted_at" timestamptz(3) null;`);

    this.addSql(`alter table "logged_model" add "said_run" text null;`);
  }

}
