import { Migration } from '@mikro-orm/migrations';

export class Migration20261122155418_metrics_by_model extends Migration {

  override name = 'Migration20261122155418_metrics_by_model';

  override up(): void | Promise<void> {
    this.addSql(`create index "metric_series_by_model" on "metric_series" ("model_id") where model_id <> '';`);
  }

}
