// The one error people see: a code with its HTTP status, whether a job may retry, and a message in plain words.

const CODES = {
  INVALID: { status: 400, retry: false },
  UNAUTHENTICATED: { status: 401, retry: false },
  FORBIDDEN: { status: 403, retry: false },
  NOT_FOUND: { status: 404, retry: false },
  CONFLICT: { status: 409, retry: false },
  GONE: { status: 410, retry: false },
  TOO_LARGE: { status: 413, retry: false },
  TOO_MANY: { status: 429, retry: false },
  /** The bytes are damaged or not what they claim to be. */
  UNREADABLE: { status: 422, retry: false },
  /** The bytes are fine but this version cannot treat them safely. */
  UNSUPPORTED: { status: 422, retry: false },
  /** An output failed the look-again check: nothing may leave. */
  UNSAFE: { status: 422, retry: false },
  STORAGE_FULL: { status: 507, retry: true },
} as const satisfies Record<string, { status: number; retry: boolean }>;

export type ErrorCode = keyof typeof CODES;

/**
 * An error with a message meant for people: what happened and what to do.
 * The message must never hold an identifying value (no names, ids, dates, paths of the upload).
 */
export class DomainError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'DomainError';
  }
}

/** HTTP status of an error code. */
export function httpStatus(code: ErrorCode): number {
  return CODES[code].status;
}

/** Whether a job that ended with this error may be tried again: domain errors say, all others do. */
export function mayRetry(error: unknown): boolean {
  return error instanceof DomainError ? CODES[error.code].retry : true;
}
