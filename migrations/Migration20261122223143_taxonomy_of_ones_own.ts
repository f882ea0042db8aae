import { Migration } from '@mikro-orm/migrations';

export class Migration20261122223143_taxonomy_of_ones_own extends Migration {

  override name = 'Migration20261122223143_taxonomy_of_ones_own';

  override up(): void | Promise<void> {
    this.addSql(`create table "former_tag_place" ("tag_name" text not null, "until" timestamptz(3) not null, "parent" text null, "category" text not null, primary key ("tag_name", "until"));`);

    this.addSql(`alter table "sensitivity_tag" add "defined_by" text not null default 'AVAL', add "retired_at" timestamptz(3) null;`);

    this.addSql(`alter table "former_tag_place" add constraint "former_tag_place_tag_name_foreign" foreign key ("tag_name") references "sensitivity_tag" ("name");`);
  }

}
