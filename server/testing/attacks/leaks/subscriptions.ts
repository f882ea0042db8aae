import type { Leak } from '../leaks.ts';
import { anchors } from './anchors.ts';

const socketFile = 'server/transport/graphql/socket.ts';
const now = 'await actorFrom(credentials, identity)';
const keeps = (how: string) => ({ ...anchors.socketCaller, to: `((first) => async () => ${how})()` });

export const subscriptionLeaks: readonly Leak[] = [
  {
    case: 46,
    says: 'the roles are those of the first moment',
    edits: [keeps(`{ const actor = ${now}; first ??= actor.roles; return { ...actor, roles: first }; }`)],
  },
  {
    case: 47,
    says: 'a socket is known once and for all',
    edits: [keeps(`(first ??= ${now})`)],
  },
  {
    case: 48,
    says: 'a figure is told as it was first seen',
    edits: [
      {
        file: 'server/domain/audit/changes.ts',
        from: '(await context.nodes.byId(type, event.subjectId)) as View | null',
        to: '(globalThis.seenKpis ??= new Map()).get(event.subjectId) ?? (await context.nodes.byId(type, event.subjectId).then((found) => (globalThis.seenKpis.set(event.subjectId, found), found)))',
      },
    ],
  },
  {
    case: 49,
    says: 'who is in no project is in all of them',
    edits: [{ ...anchors.scope, to: "if (actor.projects === 'all' || actor.projects.length === 0) return sql`true`;" }],
  },
  {
    case: 50,
    says: 'a change of a hidden figure is told, without the figure',
    edits: [
      {
        file: 'server/domain/audit/changes.ts',
        from: 'if (!subject) return undefined;',
        to: 'if (!subject) return make({ subject: {} as View, action: event.action as Action, cursor: tail.places.of(event.index) });',
      },
    ],
  },
  {
    case: 51,
    on: 'socket',
    says: 'any subprotocol is spoken',
    edits: [{ file: socketFile, from: '!offered.includes(GRAPHQL_TRANSPORT_WS_PROTOCOL)', to: 'false' }],
  },
  {
    case: 52,
    says: 'a socket stands for an administrator',
    edits: [keeps(`({ ...(${now}), roles: ['admin'] })`)],
  },
  {
    case: 53,
    says: 'limits are for HTTP',
    edits: [
      {
        file: 'server/transport/graphql/prepare.ts',
        from: '[...specifiedRules, ...validationRules]',
        to: 'specifiedRules',
      },
    ],
  },
  {
    case: 54,
    on: 'socket',
    says: 'pages of any origin connect',
    edits: [{ file: socketFile, from: '!mayConnect(request, allowedOrigins)', to: 'false' }],
  },
  {
    case: 55,
    says: 'a token is looked at when the socket opens',
    edits: [keeps(`(first = ${now}.catch((error) => first ?? Promise.reject(error)))`)],
  },
];
