import { Migration } from '@mikro-orm/migrations';

export class Migration20261122154617_append_only_log extends Migration {

  override name = 'Migration20261122154617_append_only_log';

  override up(): void | Promise<void> {
    this.addSql(`create or replace function "event_log_event_log_append_only_fn"() returns trigger as \$\$ begin raise exception 'The log is append-only.'; end; \$\$ language plpgsql;`);
    this.addSql(`create trigger "event_log_append_only" BEFORE UPDATE OR DELETE on "event_log" for each ROW execute function "event_log_event_log_append_only_fn"();`);
  }

}
