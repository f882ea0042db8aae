import { AvalError, badInput } from '../../shared/errors.ts';
import { checkText } from '../../shared/json.ts';

/** MLflow's limits for the registry. */
export const registryLimits = {
  name: 256,
  alias: 255,
  tagKey: 250,
  tagValue: 100_000,
  description: 100_000,
  tags: 200,
};

export type Tags = Readonly<Record<string, string>>;

/** A model's name as it can stand in `models:/NAME/VERSION`. */
export function checkModelName(name: string, field = 'name'): void {
  checkText(name, field);
  if (name.trim() === '' || name.length > registryLimits.name || /[/:]/.test(name)) {
    throw badInput(field, `A model's name has 1 to ${registryLimits.name} characters, none of them \`/\` or \`:\`.`);
  }
}

/** A logged model's name as it can stand in paths and URIs. */
export function checkLoggedModelName(name: string): void {
  checkText(name, 'name');
  if (name.length > registryLimits.name || /[/:.%"']/.test(name)) {
    throw badInput(
      'name',
      `Invalid model name. It has 1 to ${registryLimits.name} characters, none of them \`/ : . % " '\`.`,
    );
  }
}

/** An alias as it can stand in `models:/NAME@ALIAS`; `latest` and `v3` would read as versions. */
export function checkAlias(alias: string, field = 'alias'): void {
  if (!/^[\w-]+$/.test(alias) || alias.length > registryLimits.alias) {
    throw badInput(field, `An alias has 1 to ${registryLimits.alias} letters, digits, dashes and underscores.`);
  }
  if (/^(v\d+|latest)$/i.test(alias)) {
    throw badInput(field, 'An alias may not look like a version: `latest`, or `v` and a number.');
  }
}

export function checkTags(tags: Tags, field = 'tags'): void {
  const entries = Object.entries(tags);
  if (entries.length > registryLimits.tags) throw badInput(field, `At most ${registryLimits.tags} tags.`);
  for (const [key, value] of entries) {
    checkText(key, field);
    checkText(value, field);
    if (key === '' || key.length > registryLimits.tagKey) {
      throw badInput(field, `A tag's key has 1 to ${registryLimits.tagKey} characters.`);
    }
    if (value.length > registryLimits.tagValue) {
      throw badInput(field, `A tag's value has at most ${registryLimits.tagValue} characters.`);
    }
  }
}

export function checkDescription(description: string | null, field = 'description'): void {
  if (description === null) return;
  checkText(description, field);
  if (description.length > registryLimits.description) {
    throw badInput(field, `A description has at most ${registryLimits.description} characters.`);
  }
}

export const modelExists = (name: string): AvalError =>
  new AvalError('ALREADY_EXISTS', `Registered Model (name=${name}) already exists.`, { field: 'name' });

/** How a version is called, as an asset and in reports. */
export const versionName = (model: string, version: number): string => `${model} ${version}`;
