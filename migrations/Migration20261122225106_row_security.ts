import { Migration } from '@mikro-orm/migrations';

export class Migration20261122225106_row_security extends Migration {

  override name = 'Migration20261122225106_row_security';

  override up(): void | Promise<void> {
    this.addSql(`alter table "effective_tag" enable row level security;`);
    this.addSql(`create policy "readers" on "effective_tag" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM asset parent WHERE (parent.key = abs(effective_tag.state))))));`);

    this.addSql(`alter table "event_inbox" enable row level security;`);

    this.addSql(`alter table "event_log" enable row level security;`);
    this.addSql(`create policy "readers" on "event_log" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (project_id = ANY (( SELECT (NULLIF(current_setting('aval.projects'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));`);

    this.addSql(`alter table "organisation_key" enable row level security;`);

    this.addSql(`alter table "principal" enable row level security;`);
    this.addSql(`create policy "readers" on "principal" for select using (true);`);

    this.addSql(`alter table "policy_proposal" enable row level security;`);
    this.addSql(`create policy "readers" on "policy_proposal" for select using (true);`);

    this.addSql(`alter table "policy_version" enable row level security;`);
    this.addSql(`create policy "readers" on "policy_version" for select using (true);`);

    this.addSql(`alter table "project" enable row level security;`);
    this.addSql(`create policy "readers" on "project" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (id = ANY (( SELECT (NULLIF(current_setting('aval.projects'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));`);

    this.addSql(`alter table "membership" enable row level security;`);

    this.addSql(`alter table "job" enable row level security;`);
    this.addSql(`create policy "readers" on "job" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (project_id = ANY (( SELECT (NULLIF(current_setting('aval.projects'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));`);

    this.addSql(`alter table "experiment" enable row level security;`);
    this.addSql(`create policy "readers" on "experiment" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (project_id = ANY (( SELECT (NULLIF(current_setting('aval.projects'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));`);

    this.addSql(`alter table "experiment_tag" enable row level security;`);
    this.addSql(`create policy "readers" on "experiment_tag" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM experiment parent WHERE (parent.id = experiment_tag.experiment_id)))));`);

    this.addSql(`alter table "asset" enable row level security;`);
    this.addSql(`create policy "readers" on "asset" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (project_id = ANY (( SELECT (NULLIF(current_setting('aval.projects'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));`);

    this.addSql(`alter table "model_alias" enable row level security;`);
    this.addSql(`create policy "readers" on "model_alias" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM asset parent WHERE (parent.key = model_alias.model_key)))));`);

    this.addSql(`alter table "model" enable row level security;`);
    this.addSql(`create policy "readers" on "model" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (project_id = ANY (( SELECT (NULLIF(current_setting('aval.projects'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));`);

    this.addSql(`alter table "kpi_value" enable row level security;`);
    this.addSql(`create policy "readers" on "kpi_value" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM asset parent WHERE (parent.key = kpi_value.kpi_key)))));`);

    this.addSql(`alter table "kpi" enable row level security;`);
    this.addSql(`create policy "readers" on "kpi" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (project_id = ANY (( SELECT (NULLIF(current_setting('aval.projects'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));`);

    this.addSql(`alter table "derivation" enable row level security;`);

    this.addSql(`alter table "dataset_version" enable row level security;`);
    this.addSql(`create policy "readers" on "dataset_version" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM asset parent WHERE (parent.key = dataset_version.asset_key)))));`);

    this.addSql(`alter table "dataset_column" enable row level security;`);
    this.addSql(`create policy "readers" on "dataset_column" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM asset parent WHERE (parent.key = dataset_column.asset_key)))));`);

    this.addSql(`alter table "dataset_change" enable row level security;`);
    this.addSql(`create policy "readers" on "dataset_change" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM asset parent WHERE (parent.key = dataset_change.dataset_key)))));`);

    this.addSql(`alter table "dataset_alias" enable row level security;`);
    this.addSql(`create policy "readers" on "dataset_alias" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (project_id = ANY (( SELECT (NULLIF(current_setting('aval.projects'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));`);

    this.addSql(`alter table "dataset" enable row level security;`);
    this.addSql(`create policy "readers" on "dataset" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (project_id = ANY (( SELECT (NULLIF(current_setting('aval.projects'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));`);

    this.addSql(`alter table "artifact_ticket" enable row level security;`);

    this.addSql(`alter table "api_token" enable row level security;`);

    this.addSql(`alter table "purpose" enable row level security;`);
    this.addSql(`create policy "readers" on "purpose" for select using (true);`);

    this.addSql(`alter table "model_approval" enable row level security;`);
    this.addSql(`create policy "readers" on "model_approval" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM asset parent WHERE (parent.key = model_approval.version_key)))));`);

    this.addSql(`alter table "deployment" enable row level security;`);
    this.addSql(`create policy "readers" on "deployment" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (project_id = ANY (( SELECT (NULLIF(current_setting('aval.projects'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));`);

    this.addSql(`alter table "role_grant" enable row level security;`);

    this.addSql(`alter table "run" enable row level security;`);
    this.addSql(`create policy "readers" on "run" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (project_id = ANY (( SELECT (NULLIF(current_setting('aval.projects'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));`);

    this.addSql(`alter table "quality_check" enable row level security;`);
    this.addSql(`create policy "readers" on "quality_check" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM asset parent WHERE (parent.key = quality_check.dataset_key)))));`);

    this.addSql(`alter table "model_version" enable row level security;`);
    this.addSql(`create policy "readers" on "model_version" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM asset parent WHERE (parent.key = model_version.asset_key)))));`);

    this.addSql(`alter table "metric_series" enable row level security;`);
    this.addSql(`create policy "readers" on "metric_series" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM run parent WHERE (parent.id = metric_series.run_id)))));`);

    this.addSql(`alter table "metric_chunk" enable row level security;`);
    this.addSql(`create policy "readers" on "metric_chunk" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM run parent WHERE (parent.id = metric_chunk.run_id)))));`);

    this.addSql(`alter table "logged_model" enable row level security;`);
    this.addSql(`create policy "readers" on "logged_model" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (project_id = ANY (( SELECT (NULLIF(current_setting('aval.projects'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));`);

    this.addSql(`alter table "edge" enable row level security;`);
    this.addSql(`create policy "readers" on "edge" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR ((EXISTS ( SELECT FROM asset parent WHERE (parent.key = edge.src))) AND (EXISTS ( SELECT FROM asset parent WHERE (parent.key = edge.dst))))));`);

    this.addSql(`alter table "barrier" enable row level security;`);
    this.addSql(`create policy "readers" on "barrier" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM edge parent WHERE (parent.id = barrier.edge_id)))));`);

    this.addSql(`alter table "barrier_tag" enable row level security;`);
    this.addSql(`create policy "readers" on "barrier_tag" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM edge parent WHERE (parent.id = barrier_tag.edge_id)))));`);

    this.addSql(`alter table "column_profile" enable row level security;`);
    this.addSql(`create policy "readers" on "column_profile" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM asset parent WHERE (parent.key = column_profile.column_key)))));`);

    this.addSql(`alter table "artifact" enable row level security;`);
    this.addSql(`create policy "readers" on "artifact" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM run parent WHERE (parent.id = artifact.run_id))) OR (EXISTS ( SELECT FROM asset parent WHERE (parent.key = artifact.model_key)))));`);

    this.addSql(`alter table "run_input" enable row level security;`);
    this.addSql(`create policy "readers" on "run_input" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM run parent WHERE (parent.id = run_input.run_id)))));`);

    this.addSql(`alter table "run_metric" enable row level security;`);
    this.addSql(`create policy "readers" on "run_metric" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (project_id = ANY (( SELECT (NULLIF(current_setting('aval.projects'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));`);

    this.addSql(`alter table "run_output" enable row level security;`);
    this.addSql(`create policy "readers" on "run_output" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM run parent WHERE (parent.id = run_output.run_id)))));`);

    this.addSql(`alter table "run_param" enable row level security;`);
    this.addSql(`create policy "readers" on "run_param" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM run parent WHERE (parent.id = run_param.run_id)))));`);

    this.addSql(`alter table "run_sheet" enable row level security;`);
    this.addSql(`create policy "readers" on "run_sheet" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM run parent WHERE (parent.id = run_sheet.run_id)))));`);

    this.addSql(`alter table "run_tag" enable row level security;`);
    this.addSql(`create policy "readers" on "run_tag" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM run parent WHERE (parent.id = run_tag.run_id)))));`);

    this.addSql(`alter table "seen_event" enable row level security;`);

    this.addSql(`alter table "sensitivity_tag" enable row level security;`);
    this.addSql(`create policy "readers" on "sensitivity_tag" for select using (true);`);

    this.addSql(`alter table "legal_basis" enable row level security;`);
    this.addSql(`create policy "readers" on "legal_basis" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (project_id = ANY (( SELECT (NULLIF(current_setting('aval.projects'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))));`);

    this.addSql(`alter table "former_tag_place" enable row level security;`);
    this.addSql(`create policy "readers" on "former_tag_place" for select using (true);`);

    this.addSql(`alter table "tag_change" enable row level security;`);

    this.addSql(`alter table "tag_declaration" enable row level security;`);
    this.addSql(`create policy "readers" on "tag_declaration" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM asset parent WHERE (parent.key = tag_declaration.asset_key)))));`);

    this.addSql(`alter table "tag_retraction" enable row level security;`);

    this.addSql(`alter table "tag_sighting" enable row level security;`);

    this.addSql(`alter table "use_rule" enable row level security;`);
    this.addSql(`create policy "readers" on "use_rule" for select using (true);`);

    this.addSql(`alter table "version_column" enable row level security;`);
    this.addSql(`create policy "readers" on "version_column" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM asset parent WHERE (parent.key = version_column.version_key)))));`);

    this.addSql(`alter table "violation" enable row level security;`);
    this.addSql(`create policy "readers" on "violation" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM asset parent WHERE (parent.key = violation.deployment_key)))));`);

    this.addSql(`alter table "waiver" enable row level security;`);
    this.addSql(`create policy "readers" on "waiver" for select using ((( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text)) OR (EXISTS ( SELECT FROM asset parent WHERE (parent.key = waiver.version_key)))));`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop policy "readers" on "artifact";`);

    this.addSql(`drop policy "readers" on "asset";`);

    this.addSql(`drop policy "readers" on "barrier";`);

    this.addSql(`drop policy "readers" on "barrier_tag";`);

    this.addSql(`drop policy "readers" on "column_profile";`);

    this.addSql(`drop policy "readers" on "dataset";`);

    this.addSql(`drop policy "readers" on "dataset_alias";`);

    this.addSql(`drop policy "readers" on "dataset_change";`);

    this.addSql(`drop policy "readers" on "dataset_column";`);

    this.addSql(`drop policy "readers" on "dataset_version";`);

    this.addSql(`drop policy "readers" on "deployment";`);

    this.addSql(`drop policy "readers" on "edge";`);

    this.addSql(`drop policy "readers" on "effective_tag";`);

    this.addSql(`drop policy "readers" on "event_log";`);

    this.addSql(`drop policy "readers" on "experiment";`);

    this.addSql(`drop policy "readers" on "experiment_tag";`);

    this.addSql(`drop policy "readers" on "former_tag_place";`);

    this.addSql(`drop policy "readers" on "job";`);

    this.addSql(`drop policy "readers" on "kpi";`);

    this.addSql(`drop policy "readers" on "kpi_value";`);

    this.addSql(`drop policy "readers" on "legal_basis";`);

    this.addSql(`drop policy "readers" on "logged_model";`);

    this.addSql(`drop policy "readers" on "metric_chunk";`);

    this.addSql(`drop policy "readers" on "metric_series";`);

    this.addSql(`drop policy "readers" on "model";`);

    this.addSql(`drop policy "readers" on "model_alias";`);

    this.addSql(`drop policy "readers" on "model_approval";`);

    this.addSql(`drop policy "readers" on "model_version";`);

    this.addSql(`drop policy "readers" on "policy_proposal";`);

    this.addSql(`drop policy "readers" on "policy_version";`);

    this.addSql(`drop policy "readers" on "principal";`);

    this.addSql(`drop policy "readers" on "project";`);

    this.addSql(`drop policy "readers" on "purpose";`);

    this.addSql(`drop policy "readers" on "quality_check";`);

    this.addSql(`drop policy "readers" on "run";`);

    this.addSql(`drop policy "readers" on "run_input";`);

    this.addSql(`drop policy "readers" on "run_metric";`);

    this.addSql(`drop policy "readers" on "run_output";`);

    this.addSql(`drop policy "readers" on "run_param";`);

    this.addSql(`drop policy "readers" on "run_sheet";`);

    this.addSql(`drop policy "readers" on "run_tag";`);

    this.addSql(`drop policy "readers" on "sensitivity_tag";`);

    this.addSql(`drop policy "readers" on "tag_declaration";`);

    this.addSql(`drop policy "readers" on "use_rule";`);

    this.addSql(`drop policy "readers" on "version_column";`);

    this.addSql(`drop policy "readers" on "violation";`);

    this.addSql(`drop policy "readers" on "waiver";`);

    this.addSql(`alter table "api_token" disable row level security;`);

    this.addSql(`alter table "artifact" disable row level security;`);

    this.addSql(`alter table "artifact_ticket" disable row level security;`);

    this.addSql(`alter table "asset" disable row level security;`);

    this.addSql(`alter table "barrier" disable row level security;`);

    this.addSql(`alter table "barrier_tag" disable row level security;`);

    this.addSql(`alter table "column_profile" disable row level security;`);

    this.addSql(`alter table "dataset" disable row level security;`);

    this.addSql(`alter table "dataset_alias" disable row level security;`);

    this.addSql(`alter table "dataset_change" disable row level security;`);

    this.addSql(`alter table "dataset_column" disable row level security;`);

    this.addSql(`alter table "dataset_version" disable row level security;`);

    this.addSql(`alter table "deployment" disable row level security;`);

    this.addSql(`alter table "derivation" disable row level security;`);

    this.addSql(`alter table "edge" disable row level security;`);

    this.addSql(`alter table "effective_tag" disable row level security;`);

    this.addSql(`alter table "event_inbox" disable row level security;`);

    this.addSql(`alter table "event_log" disable row level security;`);

    this.addSql(`alter table "experiment" disable row level security;`);

    this.addSql(`alter table "experiment_tag" disable row level security;`);

    this.addSql(`alter table "former_tag_place" disable row level security;`);

    this.addSql(`alter table "job" disable row level security;`);

    this.addSql(`alter table "kpi" disable row level security;`);

    this.addSql(`alter table "kpi_value" disable row level security;`);

    this.addSql(`alter table "legal_basis" disable row level security;`);

    this.addSql(`alter table "logged_model" disable row level security;`);

    this.addSql(`alter table "membership" disable row level security;`);

    this.addSql(`alter table "metric_chunk" disable row level security;`);

    this.addSql(`alter table "metric_series" disable row level security;`);

    this.addSql(`alter table "model" disable row level security;`);

    this.addSql(`alter table "model_alias" disable row level security;`);

    this.addSql(`alter table "model_approval" disable row level security;`);

    this.addSql(`alter table "model_version" disable row level security;`);

    this.addSql(`alter table "organisation_key" disable row level security;`);

    this.addSql(`alter table "policy_proposal" disable row level security;`);

    this.addSql(`alter table "policy_version" disable row level security;`);

    this.addSql(`alter table "principal" disable row level security;`);

    this.addSql(`alter table "project" disable row level security;`);

    this.addSql(`alter table "purpose" disable row level security;`);

    this.addSql(`alter table "quality_check" disable row level security;`);

    this.addSql(`alter table "role_grant" disable row level security;`);

    this.addSql(`alter table "run" disable row level security;`);

    this.addSql(`alter table "run_input" disable row level security;`);

    this.addSql(`alter table "run_metric" disable row level security;`);

    this.addSql(`alter table "run_output" disable row level security;`);

    this.addSql(`alter table "run_param" disable row level security;`);

    this.addSql(`alter table "run_sheet" disable row level security;`);

    this.addSql(`alter table "run_tag" disable row level security;`);

    this.addSql(`alter table "seen_event" disable row level security;`);

    this.addSql(`alter table "sensitivity_tag" disable row level security;`);

    this.addSql(`alter table "tag_change" disable row level security;`);

    this.addSql(`alter table "tag_declaration" disable row level security;`);

    this.addSql(`alter table "tag_retraction" disable row level security;`);

    this.addSql(`alter table "tag_sighting" disable row level security;`);

    this.addSql(`alter table "use_rule" disable row level security;`);

    this.addSql(`alter table "version_column" disable row level security;`);

    this.addSql(`alter table "violation" disable row level security;`);

    this.addSql(`alter table "waiver" disable row level security;`);
  }

}
