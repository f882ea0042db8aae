import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import { authorizeOperation } from '../../access/operation.ts';
import { recordTrail } from '../../domain/audit/trail.service.ts';
import type { Context } from '../../domain/context.ts';
import { formatError } from './errors.ts';
import { parseOptions, validationRules } from './prepare.ts';

/** Apollo over the guarded schema. HTTP only: sockets and streams share the functions, not the plugins. */
export function createGraphqlServer(
  schema: GraphQLSchema,
  onInternal: (error: unknown) => void,
  plugins: ApolloServerPlugin<Context>[] = [],
): ApolloServer<Context> {
  return new ApolloServer<Context>({
    schema,
    introspection: true, // only the authenticated get this far
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    hideSchemaDetailsFromClientErrors: true,
    persistedQueries: false,
    parseOptions,
    validationRules,
    formatError: (formatted, error) => formatError(formatted, error, onInternal),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      accessPlugin(schema),
      ...plugins,
    ],
  });
}

/** The early pass before execution, and the trail of denials and sensitive reads before the answer. */
function accessPlugin(schema: GraphQLSchema): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ contextValue, document, operationName, request }) {
          authorizeOperation(contextValue.access, schema, document, operationName, request.variables ?? {});
        },
        async willSendResponse({ contextValue }) {
          await recordTrail(contextValue);
        },
      };
    },
  };
}
