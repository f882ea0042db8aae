import type { AssetKind } from '../assets/asset.entity.ts';
import { typeOfKind } from '../assets/asset.read-model.ts';
import type { Details } from './actions.ts';
import type { AuditEvent } from './event.ts';

type Verb = 'tagged' | 'untagged';
type TagAction = `${Uncapitalize<(typeof typeOfKind)[AssetKind]>}.${Verb}`;

const tagAction = (kind: AssetKind, verb: Verb): TagAction => {
  const type = typeOfKind[kind];
  return `${(type.charAt(0).toLowerCase() + type.slice(1)) as Uncapitalize<typeof type>}.${verb}`;
};

/** Of all kinds of assets. */
export const tagActions: readonly TagAction[] = (Object.keys(typeOfKind) as AssetKind[]).flatMap((kind) => [
  tagAction(kind, 'tagged'),
  tagAction(kind, 'untagged'),
]);

/** That a tag began or ended on an asset, as the log tells it. */
export function tagEvent(
  verb: Verb,
  { id, kind, project_id }: { id: string; kind: AssetKind; project_id: string },
  details: Details<TagAction>,
): AuditEvent<TagAction> {
  return { action: tagAction(kind, verb), subject: { kind: typeOfKind[kind], id }, projectId: project_id, details };
}
