import { Migration } from '@mikro-orm/migrations';

export class Migration20261122191226_organisation_key extends Migration {

  override name = 'Migration20261122191226_organisation_key';

  override up(): void | Promise<void> {
    this.addSql(`create table "organisation_key" ("id" int not null, "key" text not null, "created_at" timestamptz(3) not null, primary key ("id"));`);

    this.addSql(`alter table "kpi_value" add "subjects" int null;`);
  }

}
