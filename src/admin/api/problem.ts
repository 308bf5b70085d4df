import type { ErrorCode } from '../../errors/error-codes.ts';
import { ServiceError } from '../../errors/service-error.ts';
import { type Win32Symbol } from '../../errors/win32-codes.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import { ApiError } from './api-error.ts';
import { PROBLEM_CODES } from './problem-codes.ts';
import type { AdminProblem } from './schemas/problem.ts';

/** Names a kind of problem; docs/admin.md and docs/errors.md have a heading for each code. */
const TYPE = 'urn:winsvc:problem:';

/** Status of a Win32 error; others are 500. */
const WIN32_STATUS: Readonly<Partial<Record<Win32Symbol, number>>> = {
  ERROR_ACCESS_DENIED: 403,
  ERROR_SERVICE_DOES_NOT_EXIST: 404,
  ERROR_DEPENDENT_SERVICES_RUNNING: 409,
  ERROR_INVALID_SERVICE_CONTROL: 409,
  ERROR_SERVICE_ALREADY_RUNNING: 409,
  ERROR_SERVICE_NOT_ACTIVE: 409,
  ERROR_SERVICE_CANNOT_ACCEPT_CTRL: 409,
  ERROR_SERVICE_DISABLED: 409,
  ERROR_SERVICE_MARKED_FOR_DELETE: 409,
  ERROR_SERVICE_EXISTS: 409,
  ERROR_SERVICE_DEPENDENCY_FAIL: 409,
  ERROR_CIRCULAR_DEPENDENCY: 409,
  ERROR_CALL_NOT_IMPLEMENTED: 409,
  ERROR_INVALID_NAME: 400,
  ERROR_INVALID_PARAMETER: 400,
  ERROR_INVALID_SERVICE_ACCOUNT: 400,
  ERROR_SERVICE_DATABASE_LOCKED: 503,
  ERROR_SERVICE_REQUEST_TIMEOUT: 504,
};

/** Status and next step of an error of the library; others are 500. */
const SERVICE_ERRORS: Readonly<Partial<Record<ErrorCode, readonly [status: number, hint: string]>>> = {
  INVALID_OPTIONS: [400, 'Mend what "problems" lists; /api/v1/openapi.json describes every request.'],
  STATE_NOT_REACHED: [504, 'See what the service logged: GET /api/v1/services/NAME/logs and /doctor'],
  PACKAGE_MISSING: [503, 'Install the package that "detail" names where this server runs.'],
  CLOSED: [503, 'This server is stopping. Try again when its service runs.'],
};

/** Place and time of a problem. */
export interface ProblemContext {
  /** Path of the request. */
  readonly instance: string;
  readonly traceId: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly operation?: string | undefined;
}

/** Turns an error into a problem document. The message of an unknown error stays in the log. */
export function toProblem(error: unknown, context: ProblemContext): AdminProblem {
  const { instance, traceId, now, operation } = context;
  const about = error instanceof ApiError ? error.options.operation : undefined;
  const common = {
    instance,
    ...((operation ?? about) !== undefined && { operation: operation ?? about }),
    timestamp: new Date(now).toISOString(),
    traceId,
  };
  if (error instanceof ApiError) return { ...ofApi(error), ...common };
  if (error instanceof Win32Error) return { ...ofWin32(error), ...common };
  if (error instanceof ServiceError) return { ...ofService(error), ...common };
  return { ...ofApi(new ApiError('INTERNAL')), ...common };
}

type Own = Omit<AdminProblem, 'instance' | 'operation' | 'timestamp' | 'traceId'>;

function ofApi({ code, message, options }: ApiError): Own {
  const { status, title, hint } = PROBLEM_CODES[code];
  return {
    type: TYPE + code,
    title,
    status,
    detail: message,
    code,
    hint: options.hint ?? hint,
    ...(options.problems && { problems: [...options.problems] }),
  };
}

function ofWin32(error: Win32Error): Own {
  const { symbol, win32Code, service } = error;
  return {
    type: TYPE + (symbol ?? error.code),
    title: symbol === undefined ? 'A Win32 call failed' : `Windows refused it: ${symbol}`,
    status: WIN32_STATUS[symbol as Win32Symbol] ?? 500,
    detail: withoutHint(error),
    code: error.code,
    hint: error.hint ?? `Look the code up in docs/errors.md, or run: winsvc doctor ${service ?? 'NAME'}`,
    win32Code,
    ...(symbol !== undefined && { symbol }),
  };
}

/** The message ends with the hint, which the problem has apart. */
function withoutHint({ message, hint }: Win32Error): string {
  return hint !== undefined && message.endsWith(hint) ? message.slice(0, -hint.length).trimEnd() : message;
}

function ofService(error: ServiceError): Own {
  const [status, hint] = SERVICE_ERRORS[error.code] ?? [500, PROBLEM_CODES.INTERNAL.hint];
  const problems = error.details['problems'] as AdminProblem['problems'];
  return {
    type: TYPE + error.code,
    title: error.code === 'STATE_NOT_REACHED' ? 'The service did not reach the state' : 'The library refused it',
    status,
    detail: error.message,
    code: error.code,
    hint,
    ...(error.code === 'INVALID_OPTIONS' && problems && { problems: [...problems] }),
  };
}
