import type { ErrorCode } from '../../shared/errors.ts';

interface MlflowError {
  readonly status: number;
  readonly code: string;
}

/**
 * MLflow's names for our errors. Its client retries 408, 429 and every 5xx but 501 for minutes: those statuses are only for
 * what may pass by itself.
 */
export const mlflowErrors: Record<ErrorCode, MlflowError> = {
  BAD_INPUT: { status: 400, code: 'INVALID_PARAMETER_VALUE' },
  UNAUTHENTICATED: { status: 401, code: 'UNAUTHENTICATED' },
  FORBIDDEN: { status: 403, code: 'PERMISSION_DENIED' },
  NOT_FOUND: { status: 404, code: 'RESOURCE_DOES_NOT_EXIST' },
  ALREADY_EXISTS: { status: 400, code: 'RESOURCE_ALREADY_EXISTS' },
  CONFLICT: { status: 409, code: 'RESOURCE_CONFLICT' },
  PAYLOAD_TOO_LARGE: { status: 413, code: 'INVALID_PARAMETER_VALUE' },
  TOO_MANY_REQUESTS: { status: 429, code: 'REQUEST_LIMIT_EXCEEDED' },
  NOT_IMPLEMENTED: { status: 501, code: 'NOT_IMPLEMENTED' },
  UNAVAILABLE: { status: 503, code: 'TEMPORARILY_UNAVAILABLE' },
  INTERNAL: { status: 500, code: 'INTERNAL_ERROR' },
};
