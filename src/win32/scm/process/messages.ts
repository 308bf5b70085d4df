import { ServiceError } from '../../../errors/service-error.ts';
import type { ErrorCode } from '../../../errors/error-codes.ts';
import { Win32Error, type Win32ErrorContext } from '../../../errors/win32-error.ts';
import type { ScmClient } from '../../../scm/scm-client.ts';

/** Methods of an SCM client that another process can perform: arguments and results are data. */
export type RemoteMethod =
  | 'create'
  | 'delete'
  | 'start'
  | 'control'
  | 'status'
  | 'readConfig'
  | 'change'
  | 'list'
  | 'dependents'
  | 'displayNameOf'
  | 'nameOf'
  | 'grantServiceLogon'
  | 'accountSid';

/** Call to the process. */
export interface ScmRequest {
  readonly id: number;
  readonly method: RemoteMethod;
  readonly args: readonly unknown[];
}

/** Answer of the process; the first one, with the id 0, comes without a call and says what the system has. */
export interface ScmAnswer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: PlainError;
}

/** Error as data: classes of errors are lost between processes. */
export type PlainError =
  | { readonly kind: 'win32'; readonly context: Win32ErrorContext }
  | {
      readonly kind: 'service';
      readonly code: ErrorCode;
      readonly message: string;
      readonly details: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'other'; readonly message: string };

export function toPlainError(error: unknown): PlainError {
  if (error instanceof Win32Error) return { kind: 'win32', context: error.details as unknown as Win32ErrorContext };
  if (error instanceof ServiceError)
    return { kind: 'service', code: error.code, message: error.message, details: { ...error.details } };
  return { kind: 'other', message: error instanceof Error ? error.message : String(error) };
}

export function fromPlainError(error: PlainError): Error {
  if (error.kind === 'win32') return new Win32Error(error.context);
  if (error.kind === 'service') return new ServiceError(error.code, error.message, { details: error.details });
  return new Error(error.message);
}

/** Calls a method of a client by its name. */
export function perform(client: ScmClient, { method, args }: ScmRequest): Promise<unknown> {
  return (client[method] as (...args: readonly unknown[]) => Promise<unknown>)(...args);
}
