import { defineEntity, p } from '@mikro-orm/core';
import { column, interval } from '../../storage/columns.ts';
import { rows } from '../../storage/rows.ts';
import { Asset } from '../assets/asset.entity.ts';
import { Principal, Project } from '../identity/identity.entity.ts';
import { Purpose } from '../purposes/purpose.entity.ts';
import { SensitivityTag } from '../sensitivity/sensitivity.entity.ts';

/** What a rule makes of a tag: the use is forbidden, or it needs something. */
export const ruleEffects = ['FORBID', 'NEED_BARRIER', 'NEED_LEGAL_BASIS', 'NEED_APPROVAL'] as const;
export type RuleEffect = (typeof ruleEffects)[number];

/** One version of a rule on use. It is never edited: a new version closes the one before. */
export const UseRule = defineEntity({
  name: 'UseRule',
  tableName: 'use_rule',
  policies: rows.ofAll(),
  properties: {
    id: column.id(),
    code: column.text(),
    version: p.integer(),
    /** The purpose that it is about, with all below it; null for every purpose. */
    purpose: () => p.manyToOne(Purpose).nullable().deleteRule('no action'),
    /** The tag that it is about, with all below it. */
    tag: () => p.manyToOne(SensitivityTag),
    effect: p.text().$type<RuleEffect>(),
    /** Who approves, where approval is what it needs. */
    approvalRole: column.text().nullable(),
    /** Who may waive it, and for how many days at most; null when nobody may. */
    waiverRole: column.text().nullable(),
    waiverDays: p.integer().nullable(),
    reason: column.text(),
    /** The law or the house rule behind it. */
    source: column.text(),
    /** Null for a rule that ships. */
    by: () => p.manyToOne(Principal).nullable().deleteRule('no action'),
    ...interval(),
  },
  uniques: [
    { name: 'use_rule_version', properties: ['code', 'version'] },
    { name: 'use_rule_open', properties: ['code'], where: 'valid_to is null' },
  ],
});

/** What ends by a moment of its own, or earlier by hand: then `validTo` says so. */
const ending = () => ({ until: column.time().nullable(), ...interval() });

/** Someone in a role has approved a version for a purpose, and all below it. */
export const ModelApproval = defineEntity({
  name: 'ModelApproval',
  tableName: 'model_approval',
  policies: rows.ofAsset('model_approval.version_key'),
  properties: {
    id: column.id(),
    version: () => p.manyToOne(Asset),
    purpose: () => p.manyToOne(Purpose),
    role: column.text(),
    note: column.text().nullable(),
    by: () => p.manyToOne(Principal),
    ...ending(),
  },
  uniques: [
    { name: 'model_approval_open', properties: ['version', 'purpose', 'role'], where: 'valid_to is null' },
  ],
}); // prettier-ignore

/** The ground in law on which a project uses data of a tag (and all below it) for a purpose (and all below it). */
export const LegalBasis = defineEntity({
  name: 'LegalBasis',
  tableName: 'legal_basis',
  policies: rows.ofProject(),
  properties: {
    id: column.id(),
    project: () => p.manyToOne(Project),
    purpose: () => p.manyToOne(Purpose),
    tag: () => p.manyToOne(SensitivityTag),
    article: column.text(),
    statement: column.text(),
    link: column.text().nullable(),
    by: () => p.manyToOne(Principal),
    ...ending(),
  },
  indexes: [{ name: 'legal_basis_open', properties: ['project', 'purpose'], where: 'valid_to is null' }],
});

/** Sets one rule aside for one version and purpose (and all below it), or for one deployment of it alone. */
export const Waiver = defineEntity({
  name: 'Waiver',
  tableName: 'waiver',
  policies: rows.ofAsset('waiver.version_key'),
  properties: {
    id: column.id(),
    ruleCode: column.text(),
    version: () => p.manyToOne(Asset),
    purpose: () => p.manyToOne(Purpose),
    deployment: () => p.manyToOne(Asset).nullable().deleteRule('no action'),
    /** The role in which it was granted: it stands only while the rule in force names that role. */
    role: column.text(),
    reason: column.text(),
    by: () => p.manyToOne(Principal),
    ...ending(),
  },
  uniques: [
    {
      name: 'waiver_of_version_open',
      properties: ['version', 'ruleCode', 'purpose'],
      where: 'valid_to is null and deployment_key is null',
    },
    {
      name: 'waiver_of_deployment_open',
      properties: ['deployment', 'ruleCode'],
      where: 'valid_to is null and deployment_key is not null',
    },
  ],
  indexes: [{ name: 'waiver_of_version', properties: ['version', 'ruleCode'], where: 'valid_to is null' }],
});

/** A deployment that stands against the rules, since when and until when. */
export const Violation = defineEntity({
  name: 'Violation',
  tableName: 'violation',
  policies: rows.ofAsset('violation.deployment_key'),
  properties: {
    id: column.id(),
    deployment: () => p.manyToOne(Asset),
    /** Codes of the rules that it broke when it began. */
    rules: column.json<string[]>(),
    ...interval(),
  },
  uniques: [{ name: 'violation_open', properties: ['deployment'], where: 'valid_to is null' }],
});
