import { Migration } from '@mikro-orm/migrations';

export class Migration20261122215308_faster_propagation extends Migration {

  override name = 'Migration20261122215308_faster_propagation';

  override up(): void | Promise<void> {
    this.addSql(`drop index "effective_tag_by_parent";`);

    this.addSql(`create index "edge_columns_open" on "edge" ("dst") include ("id", "src") where valid_to is null and kind = 2;`);
  }

}
