/** Places in the sources that several leaks open: each expression is in its file once. */
export const anchors = {
  /** A field with a resolver of its own. */
  resolved: { file: 'server/access/guard.ts', from: 'isOpen(at, context.access, source, info)' },
  /** A field that is read off its object. */
  read: { file: 'server/access/guard.ts', from: '!isOpen(at, access, source, info)' },
  /** Root fields, and fields of audited classes. */
  cautious: { file: 'server/access/guard.ts', from: 'outcome === ALLOW' },
  /** The early pass on a field. */
  early: { file: 'server/access/operation.ts', from: '!mayAppear(field, table)' },
  /** The early pass on a use that an argument makes: `coordinates`, `use` and `input` are at hand. */
  input: { file: 'server/access/operation.ts', from: 'table[cell(one, use)] !== ALLOW' },
  /** The row scope of every statement. */
  scope: { file: 'server/domain/scope.ts', from: "if (actor.projects === 'all') return sql<SqlBool>`true`;" },
  /** The schema, before it is guarded. */
  schema: { file: 'server/transport/graphql/served.ts', from: 'buildUnguardedSchema()' },
  /** Who a socket's caller is, at each operation and event. */
  socketCaller: { file: 'server/transport/graphql/socket.ts', from: '() => actorFrom(credentials, identity)' },
  /** Who sends a GraphQL request over HTTP. */
  sender: { file: 'server/transport/http/app.ts', from: 'authenticate(identity, contextFor)' },
} as const;

/** Opens a field where `when` holds; `info` is graphql-js's. */
export const openWhen = {
  resolved: (when: string) => ({ ...anchors.resolved, to: `${anchors.resolved.from} || (${when})` }),
  read: (when: string) => ({ ...anchors.read, to: `${anchors.read.from} && !(${when})` }),
  root: (when: string, early: string) => [
    { ...anchors.cautious, to: `${anchors.cautious.from} || (${when})` },
    { ...anchors.early, to: `${anchors.early.from} && !(${early})` },
  ],
  input: (when: string) => ({ ...anchors.input, to: `${anchors.input.from} && !(${when})` }),
};

/** Adds to the schema what it must not have. */
export const extended = (sdl: string) => ({
  ...anchors.schema,
  to: `globalThis.extendPlanted(${anchors.schema.from}, ${JSON.stringify(sdl)})`,
});
