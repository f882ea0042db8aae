import { Migration } from '@mikro-orm/migrations';

export class Migration20261122224939_datasets_named_like_models extends Migration {

  override name = 'Migration20261122224939_datasets_named_like_models';

  override up(): void | Promise<void> {
    this.addSql(`create index "dataset_model_name" on "dataset" ("name") where name like 'models:/%';`);
  }

}
