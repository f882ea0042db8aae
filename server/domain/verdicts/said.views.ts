export interface ApprovalView {
  id: string;
  versionKey: number;
  purposeCode: string;
  role: string;
  note: string | null;
  byId: string;
  until: Date | null;
  validFrom: Date;
  validTo: Date | null;
}

export interface LegalBasisView {
  id: string;
  projectId: string;
  purposeCode: string;
  tagName: string;
  article: string;
  statement: string;
  link: string | null;
  byId: string;
  until: Date | null;
  validFrom: Date;
  validTo: Date | null;
}

export interface WaiverView {
  id: string;
  ruleCode: string;
  versionKey: number;
  purposeCode: string;
  deploymentKey: number | null;
  role: string;
  reason: string;
  byId: string;
  until: Date;
  validFrom: Date;
  validTo: Date | null;
}

export const approvalColumns = [
  'id', 'version_key as versionKey', 'purpose_code as purposeCode', 'role', 'note', 'by_id as byId', 'until',
  'valid_from as validFrom', 'valid_to as validTo',
] as const; // prettier-ignore

export const legalBasisColumns = [
  'id', 'project_id as projectId', 'purpose_code as purposeCode', 'tag_name as tagName', 'article', 'statement', 'link',
  'by_id as byId', 'until', 'valid_from as validFrom', 'valid_to as validTo',
] as const; // prettier-ignore

export const waiverColumns = [
  'id', 'rule_code as ruleCode', 'version_key as versionKey', 'purpose_code as purposeCode', 'deployment_key as deploymentKey',
  'role', 'reason', 'by_id as byId', 'until', 'valid_from as validFrom', 'valid_to as validTo',
] as const; // prettier-ignore
