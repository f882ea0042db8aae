import { Migration } from '@mikro-orm/migrations';

export class Migration20261122190600_metric_chunks extends Migration {

  override name = 'Migration20261122190600_metric_chunks';

  override up(): void | Promise<void> {
    this.addSql(`create table "metric_chunk" ("run_id" uuid not null, "n" int not null, "id" uuid not null, "points" int not null, "first_step" bigint not null, "last_step" bigint not null, "first_time" bigint not null, "last_time" bigint not null, "series" int[] null, "steps" bigint[] not null, "times" bigint[] not null, "measures" double precision[] not null, primary key ("run_id", "n", "id"));`);

    this.addSql(`alter table "metric_chunk" add constraint "metric_chunk_run_id_foreign" foreign key ("run_id") references "run" ("id") on update no action on delete no action;`);

    // every point that was logged moves to a chunk of its series
    this.addSql(`
      insert into "metric_chunk" ("run_id", "n", "id", "points", "first_step", "last_step", "first_time", "last_time", "steps", "times", "measures")
      select "run_id", "n", gen_random_uuid(), count(*), min("step"), max("step"), min("time"), max("time"), array_agg("step"), array_agg("time"), array_agg("value")
        from (
          select "run_id", "n", "step", (extract(epoch from "at") * 1000)::bigint as "time", "value",
                 (row_number() over (partition by "run_id", "n" order by "step", "at", "value") - 1) / 1000 as "part"
            from "metric_point" order by "run_id", "n", "step", "at", "value"
        ) as "point"
       group by "run_id", "n", "part";`);

    this.addSql(`drop table "metric_point";`);

    // room beside each latest point for the next one: an update then leaves the indexes alone
    this.addSql(`alter table "metric_series" set (fillfactor = 70);`);
  }

}
