/** Every way in which a request can fail. One place per transport maps these to its own shapes. */
export const errorCodes = [
  'BAD_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'CONFLICT',
  'PAYLOAD_TOO_LARGE',
  'TOO_MANY_REQUESTS',
  'NOT_IMPLEMENTED',
  'UNAVAILABLE',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface ErrorDetails {
  /** The input field at fault, as the caller spelled it: `input.assetId`, `metrics[3].value`. */
  field?: string;
  /** What the caller can do about it, one sentence. */
  remedy?: string;
  /** Further typed facts for the transport; never a value that the caller may not read. */
  extensions?: Record<string, unknown>;
}

/** An error that is meant for the caller: its message is safe to show, and holds no stored data. */
export class AvalError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly remedy: string | undefined;
  readonly extensions: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.name = 'AvalError';
    this.code = code;
    this.field = details.field;
    this.remedy = details.remedy;
    this.extensions = details.extensions ?? {};
  }
}

export const badInput = (field: string, message: string, remedy?: string): AvalError =>
  new AvalError('BAD_INPUT', message, remedy === undefined ? { field } : { field, remedy });

export const notFound = (what: string, field?: string): AvalError =>
  new AvalError(
    'NOT_FOUND',
    `${what} does not exist, or is outside your projects.`,
    field === undefined ? {} : { field },
  );
