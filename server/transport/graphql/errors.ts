import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ArgumentValidationError } from 'type-graphql';
import type { ValidationError } from 'class-validator';
import { AvalError } from '../../shared/errors.ts';

/** Codes that graphql-js and Apollo give, as ours. */
const codes: Record<string, string> = {
  GRAPHQL_PARSE_FAILED: 'BAD_INPUT',
  GRAPHQL_VALIDATION_FAILED: 'BAD_INPUT',
  BAD_USER_INPUT: 'BAD_INPUT',
  BAD_REQUEST: 'BAD_INPUT',
  OPERATION_RESOLUTION_FAILURE: 'BAD_INPUT',
  PERSISTED_QUERY_NOT_FOUND: 'NOT_FOUND',
  PERSISTED_QUERY_NOT_SUPPORTED: 'NOT_IMPLEMENTED',
};

/**
 * The error as the caller may see it: a code from the closed list, the field and the remedy. Whatever was not meant
 * for the caller (SQL, stack, stored values) becomes INTERNAL and goes to `onInternal` only.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
  onInternal: (error: unknown) => void,
): GraphQLFormattedError {
  const cause = error instanceof GraphQLError && error.originalError ? error.originalError : error;
  const where = {
    ...(formatted.locations && { locations: formatted.locations }),
    ...(formatted.path && { path: formatted.path }),
  };
  if (cause instanceof AvalError) {
    return {
      message: cause.message,
      ...where,
      extensions: {
        code: cause.code,
        ...(cause.field !== undefined && { field: cause.field }),
        ...(cause.remedy !== undefined && { remedy: cause.remedy }),
        ...cause.extensions,
      },
    };
  }
  if (cause instanceof ArgumentValidationError) {
    const { field, rule } = firstBroken(cause.extensions.validationErrors ?? []);
    return { message: rule, ...where, extensions: { code: 'BAD_INPUT', field } };
  }
  const given = formatted.extensions?.['code'];
  if (given === 'FORBIDDEN') return { message: formatted.message, ...where, extensions: { ...formatted.extensions } };
  const code = typeof given === 'string' ? codes[given] : undefined;
  // a GraphQLError without a cause was made by parsing, validation or coercion: it speaks of the request only
  if (code || (cause instanceof GraphQLError && !cause.originalError)) {
    const { message, field } = ofRequest(formatted.message);
    const remedy = formatted.extensions?.['remedy'];
    return {
      message,
      ...where,
      extensions: {
        code: code ?? 'BAD_INPUT',
        ...(field !== undefined && { field }),
        ...(typeof remedy === 'string' && { remedy }),
      },
    };
  }
  onInternal(cause);
  return {
    message: 'Something went wrong on our side; nothing was changed.',
    ...where,
    extensions: { code: 'INTERNAL' },
  };
}

/** graphql-js suggests names that the caller may not even know of, and echoes whole inputs where their field would do. */
function ofRequest(text: string): { message: string; field?: string | undefined } {
  const message = text.replace(/ Did you mean .*\?$/s, '');
  const [, variable, path, why] =
    /^Variable "\$(\w+)" got invalid value .*?(?: at "([\w.[\]]+)")?; ([^;]+)$/s.exec(message) ?? [];
  if (variable === undefined) return { message: message.slice(0, 500) };
  const field = path ?? variable;
  return { message: `The variable ${field} has an invalid value: ${why}`.slice(0, 500), field };
}

function firstBroken(errors: ValidationError[], path = 'input'): { field: string; rule: string } {
  const [first] = errors;
  if (!first) return { field: path, rule: 'The input is not valid.' };
  const field = `${path}.${first.property}`;
  if (first.children?.length) return firstBroken(first.children, field);
  return { field, rule: Object.values(first.constraints ?? {})[0] ?? 'The value is not valid.' };
}
