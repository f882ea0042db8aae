import { Migration } from '@mikro-orm/migrations';

export class Migration20261122223150_deployments_by_alias extends Migration {

  override name = 'Migration20261122223150_deployments_by_alias';

  override up(): void | Promise<void> {
    this.addSql(`alter table "deployment" add "restores_key" bigint null, add "alias" text null;`);
    this.addSql(`alter table "deployment" add constraint "deployment_restores_key_foreign" foreign key ("restores_key") references "asset" ("key") on delete no action;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "deployment" drop constraint "deployment_restores_key_foreign";`);

    this.addSql(`alter table "deployment" drop column "restores_key", drop column "alias";`);
  }

}
