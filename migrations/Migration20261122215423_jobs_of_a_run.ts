import { Migration } from '@mikro-orm/migrations';

export class Migration20261122215423_jobs_of_a_run extends Migration {

  override name = 'Migration20261122215423_jobs_of_a_run';

  override up(): void | Promise<void> {
    this.addSql(`alter table "run" add "other_jobs" uuid[] null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "run" drop column "other_jobs";`);
  }

}
