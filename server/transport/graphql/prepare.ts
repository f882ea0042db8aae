import {
  getOperationAST,
  GraphQLError,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationTypeNode,
} from 'graphql';
import { authorizeOperation } from '../../access/operation.ts';
import type { Context } from '../../domain/context.ts';
import { AvalError, badInput } from '../../shared/errors.ts';
import { checkJson } from '../../shared/json.ts';
import { limits, operationLimits } from './limits.ts';

// What every way in does with an operation before it runs. HTTP hands these to Apollo; sockets and streams call `readOperation`,
// since no plugin of Apollo's reaches them.

export const parseOptions = { maxTokens: limits.tokens };
export const validationRules = [operationLimits];

/** An operation as a client sends it; nothing of it is trusted. */
export interface OperationRequest {
  query?: unknown;
  operationName?: unknown;
  variables?: unknown;
}

/** One that may be asked of the schema; whether the caller may ask is `refusalsOf`'s business. */
export interface Operation {
  readonly document: DocumentNode;
  readonly kind: OperationTypeNode;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Reads and validates an operation; throws nothing: what is wrong with it is the answer. */
export function readOperation(schema: GraphQLSchema, request: OperationRequest): Operation | readonly GraphQLError[] {
  try {
    const { query, operationName, variables } = request;
    if (typeof query !== 'string') throw badInput('query', 'The operation is missing.');
    if (operationName != null && typeof operationName !== 'string')
      throw badInput('operationName', 'This is not a name.');
    if (variables != null && (typeof variables !== 'object' || Array.isArray(variables))) {
      throw badInput('variables', 'Variables are a JSON object.');
    }
    checkJson(variables, 'variables');
    const document = parse(query, parseOptions);
    const errors = validate(schema, document, [...specifiedRules, ...validationRules], { maxErrors: 20 });
    if (errors.length > 0) return errors;
    const operation = getOperationAST(document, operationName);
    if (!operation)
      throw badInput('operationName', 'The document has no operation of that name, or several and no name.');
    return {
      document,
      kind: operation.operation,
      operationName: operationName ?? undefined,
      variables: (variables ?? {}) as Record<string, unknown>,
    };
  } catch (error) {
    return [asGraphQLError(error)];
  }
}

/** What the caller may not do of it, whatever the objects; empty when it may run. */
export function refusalsOf(context: Context, schema: GraphQLSchema, operation: Operation): readonly GraphQLError[] {
  return authorizeOperation(context.access, schema, operation.document, operation.operationName, operation.variables);
}

export function asGraphQLError(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const cause = error instanceof Error ? error : new AvalError('INTERNAL', 'Something went wrong on our side.');
  return new GraphQLError(cause.message, { originalError: cause });
}
