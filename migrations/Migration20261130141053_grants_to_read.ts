import { Migration } from '@mikro-orm/migrations';

export class Migration20261130141053_grants_to_read extends Migration {

  override name = 'Migration20261130141053_grants_to_read';

  override up(): void | Promise<void> {
    this.addSql(`create policy "readers" on "membership" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (project_id IS NULL) OR (project_id = ANY (( SELECT (NULLIF(current_setting('aval.projects'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));`);

    this.addSql(`create policy "readers" on "api_token" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM membership parent WHERE (parent.principal_id = api_token.principal_id)))));`);

    this.addSql(`create policy "readers" on "role_grant" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM membership parent WHERE (parent.principal_id = role_grant.principal_id)))));`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop policy "readers" on "api_token";`);

    this.addSql(`drop policy "readers" on "membership";`);

    this.addSql(`drop policy "readers" on "role_grant";`);
  }

}
