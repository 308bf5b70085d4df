import { ServiceError } from './service-error.ts';
import { shareInstances } from './share-instances.ts';
import { describeWin32 } from './win32-codes.ts';

/** Facts about a failed Win32 call. */
export interface Win32ErrorContext {
  /** Win32 function that failed, such as `'OpenServiceW'`. */
  readonly api: string;
  /** Code that GetLastError, or the function, returned. */
  readonly win32Code: number;
  /** Action in words: `'stop service "Spooler"'`. */
  readonly action?: string;
  /** Service that the call was about. */
  readonly service?: string;
  /** Requested access, where it may be the reason. */
  readonly access?: string;
  /** Next step for the user. Default: the one of the code. */
  readonly hint?: string;
}

/** Failed Win32 call, with the code of the system and the next step for the user. */
export class Win32Error extends ServiceError {
  static {
    shareInstances(this, 'Win32Error');
  }

  /** Win32 error code, such as 5. */
  readonly win32Code: number;
  /** Name of the code, such as `'ERROR_ACCESS_DENIED'`; `undefined` for a code that the library doesn't know. */
  readonly symbol: string | undefined;
  /** Win32 function that failed, such as `'OpenServiceW'`. */
  readonly api: string;
  /** Service that the call was about; `undefined`: none. */
  readonly service: string | undefined;
  /** Requested access; `undefined`: it isn't the reason. */
  readonly access: string | undefined;
  /** Next step for the user; `undefined`: none is known. */
  readonly hint: string | undefined;

  /** @param context facts about the call */
  constructor(context: Win32ErrorContext) {
    const known = describeWin32(context.win32Code);
    const hint = context.hint ?? known?.hint;
    const what = context.action ? `Cannot ${context.action}` : `${context.api} failed`;
    const why = known ? known.text : 'the system returned an error that winsvc has no description for';
    const access = context.access ? `, asked for ${context.access}` : '';
    const end = hint ? ` ${hint}` : '';
    super(
      'WIN32',
      `${what}: ${why} (${context.api}${access}: ${context.win32Code}${known ? ` ${known.symbol}` : ''}).${end}`,
      {
        details: { ...context },
      },
    );
    this.name = 'Win32Error';
    this.win32Code = context.win32Code;
    this.symbol = known?.symbol;
    this.api = context.api;
    this.service = context.service;
    this.access = context.access;
    this.hint = hint;
  }
}
