import { ApolloServer, HeaderMap, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import { authorizeOperation } from '../../access/operation.ts';
import { recordTrail } from '../../domain/audit/trail.service.ts';
import type { Context } from '../../domain/context.ts';
import { formatError } from './errors.ts';
import { parseOptions, validationRules } from './prepare.ts';

/** Apollo over the guarded schema. HTTP only: sockets and streams share the functions, not the plugins. */
export function createGraphqlServer(
  schema: GraphQLSchema,
  onInternal: (error: unknown) => void,
): ApolloServer<Context> {
  const format = (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError =>
    formatError(formatted, error, onInternal);
  return new ApolloServer<Context>({
    schema,
    introspection: true, // only the authenticated get this far
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false, // main.ts stops it, with all the rest
    hideSchemaDetailsFromClientErrors: true,
    persistedQueries: false,
    parseOptions,
    validationRules,
    formatError: format,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      accessPlugin(schema, format),
    ],
  });
}

/** The early pass before execution, and the trail of denials and sensitive reads before the answer. */
function accessPlugin(
  schema: GraphQLSchema,
  format: (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError,
): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async responseForOperation({ contextValue, document, operationName, request }) {
          const { access } = contextValue;
          const refused = authorizeOperation(access, schema, document, operationName, request.variables ?? {});
          if (refused.length === 0) return null;
          const errors = refused.map((error) => format(error.toJSON(), error));
          return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: { errors, data: null } } };
        },
        async willSendResponse({ contextValue }) {
          await recordTrail(contextValue);
        },
      };
    },
  };
}
