import { Migration } from '@mikro-orm/migrations';

export class Migration20261122154200_lineage_facts extends Migration {

  override name = 'Migration20261122154200_lineage_facts';

  override up(): void | Promise<void> {
    this.addSql(`create table "derivation" ("src" bigint not null, "dst" bigint not null, "job_id" uuid not null, "covered" boolean not null, primary key ("src", "dst", "job_id"));`);

    this.addSql(`alter table "job" add "facet_times" jsonb null;`);

    this.addSql(`alter table "dataset" add "facet_times" jsonb null;`);

    this.addSql(`alter table "run" add "facet_times" jsonb null, add "first_event_at" timestamptz(3) null, add "last_event_at" timestamptz(3) null;`);

    this.addSql(`drop index "edge_down_open";`);
    this.addSql(`drop index "edge_up_open";`);
    this.addSql(`alter table "edge" add "crosses" boolean not null default false;`);
    this.addSql(`create unique index "edge_down_open" on "edge" ("src", "dst", "kind") include ("id", "refined", "crosses") where valid_to is null;`);
    this.addSql(`create index "edge_up_open" on "edge" ("dst") include ("id", "src", "kind", "refined", "crosses") where valid_to is null;`);

    this.addSql(`alter table "derivation" add constraint "derivation_src_foreign" foreign key ("src") references "asset" ("key") on update no action on delete no action;`);
    this.addSql(`alter table "derivation" add constraint "derivation_dst_foreign" foreign key ("dst") references "asset" ("key") on update no action on delete no action;`);
  }
}
