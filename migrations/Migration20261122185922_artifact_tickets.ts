import { Migration } from '@mikro-orm/migrations';

export class Migration20261122185922_artifact_tickets extends Migration {

  override name = 'Migration20261122185922_artifact_tickets';

  override up(): void | Promise<void> {
    this.addSql(`create table "artifact_ticket" ("id" uuid not null, "hash" text not null, "principal_id" uuid not null, "project_id" uuid not null, "roles" jsonb not null, "use" text not null, "place" jsonb not null, "blob" jsonb null, "upload" text null, "expires_at" timestamptz(3) not null, "ended_at" timestamptz(3) null, primary key ("id"));`);
    this.addSql(`alter table "artifact_ticket" add constraint "artifact_ticket_hash_unique" unique ("hash");`);
    this.addSql(`create index "artifact_ticket_by_expiry" on "artifact_ticket" ("expires_at");`);

    this.addSql(`alter table "artifact_ticket" add constraint "artifact_ticket_principal_id_foreign" foreign key ("principal_id") references "principal" ("id");`);
    this.addSql(`alter table "artifact_ticket" add constraint "artifact_ticket_project_id_foreign" foreign key ("project_id") references "project" ("id");`);
  }

}
