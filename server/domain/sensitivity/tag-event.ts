import type { AssetKind } from '../assets/asset.entity.ts';
import { typeOfKind } from '../assets/asset.read-model.ts';
import type { AuditEvent } from '../audit/event.ts';

/** That a tag began or ended on an asset, as the log tells it. */
export function tagEvent(
  verb: 'tagged' | 'untagged',
  { id, kind, project_id }: { id: string; kind: AssetKind; project_id: string },
  details: Record<string, string | null>,
): AuditEvent {
  const type = typeOfKind[kind];
  return {
    action: `${type.charAt(0).toLowerCase()}${type.slice(1)}.${verb}`,
    subject: { kind: type, id },
    projectId: project_id,
    details,
  };
}
