import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { badInput } from '../../shared/errors.ts';
import { fromGlobalId } from '../../shared/ids.ts';
import { maxPageSize } from '../../shared/pages.ts';
import type { Context, NodeView } from '../context.ts';
import { Node } from './node.type.ts';

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    description: 'The thing with that id; null when it is gone or outside your projects.',
  })
  node(@Arg('id', () => ID) id: string, @Ctx() { nodes }: Context): Promise<NodeView | null> {
    const { type, id: uuid } = fromGlobalId(id);
    return nodes.byId(type, uuid);
  }

  @Query(() => [Node], { nullable: 'items', description: 'As `node`, for up to 100 ids, in their order.' })
  nodes(@Arg('ids', () => [ID]) ids: string[], @Ctx() { nodes }: Context): Promise<(NodeView | null)[]> {
    if (ids.length > maxPageSize) throw badInput('ids', `At most ${maxPageSize} ids at once.`);
    return Promise.all(
      ids.map((globalId, i) => {
        const { type, id } = fromGlobalId(globalId, `ids[${i}]`);
        return nodes.byId(type, id);
      }),
    );
  }
}
