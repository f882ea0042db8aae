import { Migration } from '@mikro-orm/migrations';

/** What is said of a model as a whole holds for each of its versions: the edges (VERSION_OF, 4) of those that were registered before. */
export class Migration20261130143400_versions_of_models extends Migration {
  override name = 'Migration20261130143400_versions_of_models';

  override up(): void | Promise<void> {
    this.addSql(`insert into edge (src, dst, kind, valid_from, last_seen, source, refined)
      select model_key, asset_key, 4, created_at, created_at, 'AVAL', true from model_version on conflict do nothing;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`delete from edge e using model_version v where e.kind = 4 and e.dst = v.asset_key;`);
  }
}
