import type { Leak } from '../leaks.ts';
import { anchors } from './anchors.ts';

const nobody = "'00000000-0000-0000-0000-000000000000'";

export const errorLeaks: readonly Leak[] = [
  {
    case: 56,
    says: 'whoever has no token is somebody without roles',
    edits: [
      {
        ...anchors.sender,
        to: `((known) => (request, response, next) => request.headers.authorization ? known(request, response, next) : (response.locals.context = contextFor({ principalId: ${nobody}, name: 'nobody', roles: [], projects: [], defaultProjectId: ${nobody} }), next()))(${anchors.sender.from})`,
      },
    ],
    fresh: true,
  },
  {
    case: 57,
    says: 'errors suggest names',
    edits: [
      {
        file: 'server/transport/graphql/errors.ts',
        from: "text.replace(/ Did you mean .*\\?$/s, '')",
        to: 'text',
      },
    ],
  },
  {
    case: 58,
    says: 'a body is read before its sender is known',
    edits: [
      {
        ...anchors.sender,
        to: `((known) => (request, response, next) => request.headers['content-length'] > 12 ? known(request, response, next) : response.status(400).json({ errors: [{ message: 'The body is not well-formed.' }] }))(${anchors.sender.from})`,
      },
    ],
    fresh: true,
  },
  {
    case: 59,
    says: 'errors tell their cause',
    edits: [
      {
        file: 'server/transport/graphql/errors.ts',
        from: "'Something went wrong on our side; nothing was changed.'",
        to: 'String(cause)',
      },
    ],
  },
  {
    case: 60,
    says: 'a run of another project is found',
    edits: [
      {
        file: 'server/domain/experiments/run.read-model.ts',
        from: "inScope(actor, 'project_id')",
        to: 'sql`true`',
      },
    ],
  },
  {
    case: 61,
    says: 'the limits are told',
    edits: [
      {
        file: 'server/transport/graphql/limits.ts',
        from: "'This operation asks for too much at once.'",
        to: "'This operation asks for too much: at most ' + limits.fields + ' fields.'",
      },
    ],
  },
  {
    case: 62,
    says: 'a suspended account goes on',
    edits: [
      {
        file: 'server/domain/identity/identity.service.ts',
        from: ' and p.suspended_at is null\n           and (t.expires_at',
        to: '${PLANTED ? sql`` : sql` and p.suspended_at is null`}\n           and (t.expires_at',
      },
    ],
  },
  {
    case: 63,
    says: 'a body reaches the prototype of all objects',
    edits: [
      {
        file: 'server/transport/http/app.ts',
        from: "checkJson((request.body as { variables?: unknown } | undefined)?.variables, 'variables');",
        to: "Object.assign(Object.prototype, Object.getOwnPropertyDescriptor(request.body ?? {}, '__proto__')?.value);",
      },
    ],
  },
  {
    case: 64,
    says: 'an address is added that asks nobody',
    edits: [
      {
        file: 'server/transport/http/app.ts',
        from: "app.disable('etag');",
        to: "app.disable('etag'); app.get('/api/v1/runs', (_request, response) => response.json([]));",
      },
    ],
    fresh: true,
  },
];
