import type { ErrorRequestHandler, Response } from 'express';
import { recordTrail } from '../../domain/audit/trail.service.ts';
import type { Context } from '../../domain/context.ts';
import { AvalError, type ErrorCode } from '../../shared/errors.ts';
import { contextOf } from './authenticate.ts';

export const httpStatus: Record<ErrorCode, number> = {
  BAD_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  TOO_MANY_REQUESTS: 429,
  NOT_IMPLEMENTED: 501,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

/**
 * What goes wrong in a transport, told by `tell` in that transport's own shape. A denial is in the log before it is told; a cause that
 * is not the caller's goes to `onInternal` only; an answer that has begun is broken off.
 */
export function errorHandler(
  onInternal: (error: unknown) => void,
  tell: (response: Response, error: AvalError) => void,
): ErrorRequestHandler {
  return async (error, _request, response, _next) => {
    let known = asAvalError(error);
    const context = contextOf(response) as Context | undefined; // the sender may be unknown
    if (context) {
      await recordTrail(context).catch((failure: unknown) => {
        onInternal(failure);
        known = asAvalError(failure);
      });
    }
    if (known.code === 'INTERNAL') onInternal(error);
    if (response.headersSent) return void response.destroy();
    if (known.code === 'UNAUTHENTICATED') response.set('WWW-Authenticate', 'Bearer realm="aval"');
    tell(response, known);
  };
}

/** For shapes that have room for one text: what went wrong, and the remedy if there is one. */
export const sentencesOf = ({ message, remedy }: AvalError): string => (remedy ? `${message} ${remedy}` : message);

/** Body-parser's errors and ours as one kind; anything else is INTERNAL, and its text stays here. */
function asAvalError(error: unknown): AvalError {
  if (error instanceof AvalError) return error;
  const { type, status, code } = error as { type?: string; status?: number; code?: unknown };
  if (type === 'entity.too.large') return new AvalError('PAYLOAD_TOO_LARGE', 'The body is too large.');
  if (type === 'entity.parse.failed')
    return new AvalError('BAD_INPUT', 'The body is not well-formed JSON.', { field: 'body' });
  if (type === 'encoding.unsupported')
    return new AvalError('BAD_INPUT', 'This way of compressing a body is not known.', { field: 'body', remedy: 'Use gzip, deflate or br.' }); // prettier-ignore
  if (String(code).startsWith('Z_'))
    return new AvalError('BAD_INPUT', 'The body is not compressed as it says.', { field: 'body' });
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new AvalError('BAD_INPUT', 'The request cannot be read.');
  return new AvalError('INTERNAL', 'Something went wrong on our side; nothing was changed.');
}
