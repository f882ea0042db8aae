import { Migration } from '@mikro-orm/migrations';

export class Migration20261122220735_one_waiver_at_a_time extends Migration {

  override name = 'Migration20261122220735_one_waiver_at_a_time';

  override up(): void | Promise<void> {
    // of several that stand for one rule and use, the latest to end stays open
    this.addSql(`update waiver set valid_to = least(until, now()) where valid_to is null and id not in (
      select distinct on (version_key, rule_code, purpose_code, deployment_key) id from waiver where valid_to is null
       order by version_key, rule_code, purpose_code, deployment_key, until desc, id desc);`);
    this.addSql(`create unique index "waiver_of_version_open" on "waiver" ("version_key", "rule_code", "purpose_code") where valid_to is null and deployment_key is null;`);
    this.addSql(`create unique index "waiver_of_deployment_open" on "waiver" ("deployment_key", "rule_code") where valid_to is null and deployment_key is not null;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "waiver_of_version_open";`);
    this.addSql(`drop index "waiver_of_deployment_open";`);
  }

}
