import { Field, ID, InterfaceType } from 'type-graphql';
import type { NodeView } from '../context.ts';

@InterfaceType('Node', {
  description: 'Anything with a global id.',
  resolveType: (value: NodeView) => value.__typename,
})
export abstract class Node {
  @Field(() => ID, { description: 'Opaque and stable; give it back to `node`.' })
  id: string;
}
