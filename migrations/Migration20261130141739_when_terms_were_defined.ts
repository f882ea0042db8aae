import { Migration } from '@mikro-orm/migrations';

export class Migration20261130141739_when_terms_were_defined extends Migration {

  override name = 'Migration20261130141739_when_terms_were_defined';

  override up(): void | Promise<void> {
    this.addSql(`alter table "purpose" add "defined_at" timestamptz(3) null;`);

    this.addSql(`alter table "sensitivity_tag" add "defined_at" timestamptz(3) null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "purpose" drop column "defined_at";`);

    this.addSql(`alter table "sensitivity_tag" drop column "defined_at";`);
  }

}
