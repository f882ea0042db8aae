import { Migration } from '@mikro-orm/migrations';

export class Migration20261130141506_deployments_by_stage extends Migration {

  override name = 'Migration20261130141506_deployments_by_stage';

  override up(): void | Promise<void> {
    this.addSql(`alter table "deployment" add "stage" text null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "deployment" drop column "stage";`);
  }

}
