import { Field, InterfaceType, registerEnumType } from 'type-graphql';
import type { AssetView } from '../context.ts';
import { Node } from '../relay/node.type.ts';
import { assetKinds, type AssetKind } from './asset.entity.ts';

export const AssetKindEnum = Object.fromEntries(assetKinds.map((kind) => [kind, kind])) as Record<AssetKind, AssetKind>;
registerEnumType(AssetKindEnum, { name: 'AssetKind', description: 'What an asset is.' });

@InterfaceType('Asset', {
  description: 'Anything that lineage, tags, holds and approvals can point at.',
  implements: Node,
  resolveType: (value: AssetView) => value.__typename,
})
export abstract class AssetType extends Node {
  @Field(() => AssetKindEnum)
  kind: AssetKind;

  @Field(() => String, { nullable: true, description: 'Null when it is hidden from the caller.' })
  name: string;
}
