import { Migration } from '@mikro-orm/migrations';

export class Migration20261130135716_outline_of_long_chunks extends Migration {

  override name = 'Migration20261130135716_outline_of_long_chunks';

  override up(): void | Promise<void> {
    this.addSql(`alter table "metric_chunk" add "outline_points" int null, add "outline_not_finite" int null, add "outline_steps" bigint[] null, add "outline_times" bigint[] null, add "outline_measures" double precision[] null;`);
    this.addSql(`create index "metric_chunk_without_outline" on "metric_chunk" ("id") where outline_points is null and n > 0 and points >= 256;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "metric_chunk_without_outline";`);
    this.addSql(`alter table "metric_chunk" drop column "outline_points", drop column "outline_not_finite", drop column "outline_steps", drop column "outline_times", drop column "outline_measures";`);
  }

}
