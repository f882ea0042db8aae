import { Migration } from '@mikro-orm/migrations';

export class Migration20261130143456_chunks_that_wait_to_be_merged extends Migration {

  override name = 'Migration20261130143456_chunks_that_wait_to_be_merged';

  override up(): void | Promise<void> {
    this.addSql(`alter table "run" add "unmerged_since" timestamptz(3) null;`);
    this.addSql(`create index "run_unmerged" on "run" ("unmerged_since") where unmerged_since is not null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "run_unmerged";`);
    this.addSql(`alter table "run" drop column "unmerged_since";`);
  }

}
