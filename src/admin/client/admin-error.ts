import type { AdminProblem } from '../api/schemas/problem.ts';

/** Refusal by the server. The message has what failed, why, and the next step. */
export class AdminError extends Error {
  /** Status of HTTP. */
  readonly status: number;
  /** Problem document; `undefined` when a proxy answered something else. */
  readonly problem: AdminProblem | undefined;

  /** @internal */
  constructor(status: number, problem: AdminProblem | undefined, request: string) {
    super(
      problem
        ? `${request}: ${problem.detail} ${problem.hint} (${problem.code}, trace ${problem.traceId})`
        : `${request}: the server answered ${status} without a problem document. Is the URL that of winsvc admin?`,
    );
    this.name = 'AdminError';
    this.status = status;
    this.problem = problem;
  }

  /** Code of the problem, such as `'NOT_WRITABLE'`. */
  get code(): string | undefined {
    return this.problem?.code;
  }
}
