import { Migration } from '@mikro-orm/migrations';

export class Migration20261122192000_effective_tags extends Migration {

  override name = 'Migration20261122192000_effective_tags';

  override up(): void | Promise<void> {
    this.addSql(`create table "effective_tag" ("state" bigint not null, "tag_key" int not null, "dist" int not null, "parent" bigint not null, "edge_id" bigint not null, primary key ("state", "tag_key"));`);
    this.addSql(`create index "effective_tag_by_parent" on "effective_tag" ("parent", "tag_key");`);

    this.addSql(`create table "barrier" ("id" uuid not null, "edge_id" bigint not null, "kind" text not null, "tags" jsonb not null, "statement" text not null, "evidence_url" text null, "evidence_sha256" text null, "proposed_by_id" uuid null, "proposed_at" timestamptz(3) not null, "signed_by_id" uuid null, "signed_at" timestamptz(3) null, "expires_at" timestamptz(3) null, "ended_at" timestamptz(3) null, "ended_by_id" uuid null, "outcome" text null, "end_reason" text null, primary key ("id"));`);
    this.addSql(`create index "barrier_by_edge" on "barrier" ("edge_id");`);

    this.addSql(`create table "barrier_tag" ("barrier_id" uuid not null, "tag_key" int not null, "edge_id" bigint not null, "valid_from" timestamptz(3) not null, "expires_at" timestamptz(3) not null, "valid_to" timestamptz(3) null, primary key ("barrier_id", "tag_key"));`);
    this.addSql(`create index "barrier_tag_open" on "barrier_tag" ("edge_id", "tag_key") where valid_to is null;`);
    this.addSql(`create index "barrier_tag_expiring" on "barrier_tag" ("expires_at") where valid_to is null;`);
    this.addSql(`create index "barrier_tag_any" on "barrier_tag" ("edge_id", "tag_key") include ("valid_from", "valid_to", "expires_at");`);

    this.addSql(`create table "tag_change" ("seq" bigserial primary key, "edge_id" bigint null, "asset_key" bigint null, "state" bigint null, "tag_key" int null, "opened" boolean not null default false);`);

    this.addSql(`create or replace function "edge_edge_opened_fn"() returns trigger as \$\$ begin if new.valid_to is null then insert into tag_change (edge_id, opened) values (new.id, true); end if; return null; end; \$\$ language plpgsql;`);
    this.addSql(`create trigger "edge_opened" AFTER INSERT on "edge" for each ROW execute function "edge_edge_opened_fn"();`);
    this.addSql(`create or replace function "edge_edge_changed_fn"() returns trigger as \$\$ begin if old.valid_to is distinct from new.valid_to or old.refined <> new.refined or old.src <> new.src or old.dst <> new.dst then insert into tag_change (edge_id, opened) values (new.id, false); end if; if old.src <> new.src or old.dst <> new.dst then insert into tag_change (edge_id, asset_key, opened) values (new.id, old.src, false), (new.id, old.dst, false); end if; return null; end; \$\$ language plpgsql;`);
    this.addSql(`create trigger "edge_changed" AFTER UPDATE on "edge" for each ROW execute function "edge_edge_changed_fn"();`);

    this.addSql(`alter table "sensitivity_tag" add "key" serial;`);
    this.addSql(`alter table "sensitivity_tag" add constraint "sensitivity_tag_key_unique" unique ("key");`);

    this.addSql(`create or replace function "tag_declaration_tag_declaration_made_fn"() returns trigger as \$\$ begin if new.valid_to is null then insert into tag_change (asset_key, opened) values (new.asset_key, true); end if; return null; end; \$\$ language plpgsql;`);
    this.addSql(`create trigger "tag_declaration_made" AFTER INSERT on "tag_declaration" for each ROW execute function "tag_declaration_tag_declaration_made_fn"();`);
    this.addSql(`create or replace function "tag_declaration_tag_declaration_ended_fn"() returns trigger as \$\$ begin if old.valid_to is distinct from new.valid_to or old.asset_key <> new.asset_key then insert into tag_change (asset_key, opened) values (old.asset_key, false), (new.asset_key, false); end if; return null; end; \$\$ language plpgsql;`);
    this.addSql(`create trigger "tag_declaration_ended" AFTER UPDATE on "tag_declaration" for each ROW execute function "tag_declaration_tag_declaration_ended_fn"();`);

    this.addSql(`alter table "barrier" add constraint "barrier_edge_id_foreign" foreign key ("edge_id") references "edge" ("id");`);
    this.addSql(`alter table "barrier" add constraint "barrier_proposed_by_id_foreign" foreign key ("proposed_by_id") references "principal" ("id") on delete no action;`);
    this.addSql(`alter table "barrier" add constraint "barrier_signed_by_id_foreign" foreign key ("signed_by_id") references "principal" ("id") on delete no action;`);
    this.addSql(`alter table "barrier" add constraint "barrier_ended_by_id_foreign" foreign key ("ended_by_id") references "principal" ("id") on delete no action;`);

    this.addSql(`alter table "barrier_tag" add constraint "barrier_tag_barrier_id_foreign" foreign key ("barrier_id") references "barrier" ("id") on update no action on delete no action;`);
    this.addSql(`create or replace function "barrier_tag_barrier_tag_set_fn"() returns trigger as \$\$ begin insert into tag_change (edge_id, opened) values (new.edge_id, false); return null; end; \$\$ language plpgsql;`);
    this.addSql(`create trigger "barrier_tag_set" AFTER INSERT OR UPDATE on "barrier_tag" for each ROW execute function "barrier_tag_barrier_tag_set_fn"();`);

    this.addSql(`insert into tag_change (asset_key, opened) select distinct asset_key, true from tag_declaration where valid_to is null;`); // what is known already is propagated once
  }

}
