import { PROBLEM_CODES, type ProblemCodeName } from './problem-codes.ts';

/** Details that an {@link ApiError} adds to its code. */
export interface ApiErrorOptions {
  /** Explanation for this request. Default: the title of the code. */
  readonly detail?: string;
  /** Next step, where the one of the code isn't enough. */
  readonly hint?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Id of the operation that it is about. */
  readonly operation?: string;
  /** Every problem of the request, with its path. */
  readonly problems?: readonly { readonly path: string; readonly message: string }[];
  readonly cause?: unknown;
}

/** Refusal of a request by the API itself: becomes a problem document. */
export class ApiError extends Error {
  readonly code: ProblemCodeName;
  readonly status: number;
  readonly options: ApiErrorOptions;

  constructor(code: ProblemCodeName, options: ApiErrorOptions = {}) {
    super(options.detail ?? PROBLEM_CODES[code].title, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'ApiError';
    this.code = code;
    this.status = PROBLEM_CODES[code].status;
    this.options = options;
  }
}
