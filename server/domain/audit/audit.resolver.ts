import { Arg, Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { fromGlobalId } from '../../shared/ids.ts';
import { AssetType } from '../assets/asset.type.ts';
import type { AssetView, Context, NodeView } from '../context.ts';
import { toConnection } from '../relay/connection.ts';
import { Node } from '../relay/node.type.ts';
import { PageArgs } from '../relay/page.args.ts';
import {
  AuditEventConnection,
  AuditEventFilterInput,
  AuditEventType,
  EventPageArgs,
  LogHeadType,
} from './audit.type.ts';
import { eventsOfSubject, logHead, pageOfEvents, type AuditEventView, type LogHead } from './event.read-model.ts';

@Resolver(() => AuditEventType)
export class AuditEventResolver {
  @Query(() => AuditEventConnection, {
    description: 'The log, newest first: events of your projects; those of no project for callers of all projects.',
  })
  async auditEvents(
    @Args(() => EventPageArgs) page: EventPageArgs,
    @Arg('where', () => AuditEventFilterInput, { nullable: true }) where: AuditEventFilterInput | null,
    @Ctx() context: Context,
  ) {
    const subjectId = where?.subjectId == null ? null : fromGlobalId(where.subjectId, 'where.subjectId').id;
    const events = await pageOfEvents(context, { ...page, where: where && { ...where, subjectId } });
    return toConnection(events, (event) => event, page.after);
  }

  @Query(() => LogHeadType, { description: 'Where the log stands, all projects together.' })
  logHead(@Ctx() context: Context): Promise<LogHead> {
    return logHead(context);
  }

  @FieldResolver(() => Node, {
    nullable: true,
    description: 'What it was done to, as it is now; null when it is gone.',
  })
  async subject(@Root() event: AuditEventView, @Ctx() context: Context): Promise<NodeView | null> {
    if (event.subjectKind === null || event.subjectId === null) return null;
    return context.nodes.byId(event.subjectKind, event.subjectId);
  }
}

@Resolver(() => AssetType)
export class AssetEventsResolver {
  @FieldResolver(() => AuditEventConnection, { nullable: true, description: 'What was done to it, newest first.' })
  async events(@Root() asset: AssetView, @Args(() => PageArgs) { first, after }: PageArgs, @Ctx() context: Context) {
    const page = await context.loader(eventsOfSubject).load({ key: asset.uuid, first, after });
    return toConnection(page, (event) => event, after);
  }
}
