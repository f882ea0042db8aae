import { Migration } from '@mikro-orm/migrations';

export class Migration20261130193654_project_of_a_sheet extends Migration {

  override name = 'Migration20261130193654_project_of_a_sheet';

  override up(): void | Promise<void> {
    this.addSql(`drop policy "readers" on "run_sheet";`);

    this.addSql(`alter table "run_sheet" add "project_id" uuid null;`);
    this.addSql(`update "run_sheet" s set "project_id" = r."project_id" from "run" r where r."id" = s."run_id";`);
    this.addSql(`alter table "run_sheet" alter column "project_id" set not null;`);
    this.addSql(`create policy "readers" on "run_sheet" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (project_id = ANY (( SELECT (NULLIF(current_setting('aval.projects'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop policy "readers" on "run_sheet";`);

    this.addSql(`alter table "run_sheet" drop column "project_id";`);
    this.addSql(`create policy "readers" on "run_sheet" for select to public using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT
   FROM run parent
  WHERE (parent.id = run_sheet.run_id)))));`);
  }

}
