import { Win32Error } from '../../errors/win32-error.ts';
import type { Ffi } from '../ffi/ffi.ts';
import type { ServiceStatus } from '../../scm/service-status.ts';
import {
  ACCEPT_BITS,
  ERROR_CALL_NOT_IMPLEMENTED,
  ERROR_SERVICE_SPECIFIC_ERROR,
  NO_ERROR,
  SERVICE_WIN32_OWN_PROCESS,
  STATE_CODES,
  WAIT_OBJECT_0,
} from '../constants.ts';
import { POINTER_BYTES } from '../ffi/struct.ts';
import type { Win32Api } from '../functions.ts';
import { toError } from '../../util/to-error.ts';
import { SERVICE_STATUS, SERVICE_TABLE_ENTRYW } from '../structs.ts';
import { decodeControl } from './decode-control.ts';
import { guard } from './guard.ts';
import type { ControlEvent } from '../../scm/controls.ts';

/** Events of the dispatcher. */
export interface DispatcherEvents {
  /** The SCM started the service. `name`: the name that it is installed with. */
  serviceMain(name: string, args: readonly string[]): void;
  /** Answers a control with a Win32 code. */
  control(event: ControlEvent): number;
  /** A control had data that can't be decoded; it was answered as not implemented. */
  undecodable(control: number, error: Error): void;
  error(error: unknown): void;
}

/**
 * Connection to the SCM. StartServiceCtrlDispatcherW runs on a thread made by CreateThread: it lasts as long as the
 * service, and would hold one of libuv's few pool threads, or block this thread's event loop, all that time.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/nf-winsvc-startservicectrldispatcherw
 */
export class Dispatcher {
  readonly #ffi: Ffi;
  readonly #api: Win32Api;
  readonly #events: DispatcherEvents;
  readonly #status: Buffer;
  readonly #handlerPointer: bigint;
  readonly #thread: bigint;
  #statusHandle = 0n;

  constructor(ffi: Ffi, api: Win32Api, events: DispatcherEvents) {
    this.#ffi = ffi;
    this.#api = api;
    this.#events = events;
    this.#status = SERVICE_STATUS.make({ dwServiceType: SERVICE_WIN32_OWN_PROCESS });
    const onError = (error: unknown): void => {
      events.error(error);
    };
    // Neither callback is ever unregistered: native code may call them until the process ends.
    this.#handlerPointer = ffi.callback(
      { returns: 'u32', args: ['u32', 'u32', 'ptr', 'ptr'] },
      guard(NO_ERROR, onError, (control, eventType, data) =>
        this.#handle(Number(control), Number(eventType), data as bigint | null),
      ),
    );
    const main = ffi.callback(
      { returns: 'u32', args: ['u32', 'ptr'] },
      guard(NO_ERROR, onError, (argc, argv) => this.#main(Number(argc), argv as bigint | null)),
    );
    // The table lives as long as the process. An own-process service may have any name in it.
    const table = ffi.alloc(2 * SERVICE_TABLE_ENTRYW.size + 2);
    SERVICE_TABLE_ENTRYW.write(table.buffer, {
      lpServiceName: table.address + BigInt(2 * SERVICE_TABLE_ENTRYW.size),
      lpServiceProc: main,
    });
    const start = ffi.symbol('advapi32.dll', 'StartServiceCtrlDispatcherW');
    this.#thread = api.CreateThread(null, 0n, start, table.address, 0, null) as bigint;
    if (!this.#thread)
      throw new Win32Error({
        api: 'CreateThread',
        win32Code: ffi.lastError(),
        action: 'start the dispatcher thread',
      });
  }

  /** Handle of the thread that StartServiceCtrlDispatcherW runs on. */
  get thread(): bigint {
    return this.#thread;
  }

  /** Handle of the service for calls to the system; 0 before ServiceMain was called. */
  get statusHandle(): bigint {
    return this.#statusHandle;
  }

  /** True once StartServiceCtrlDispatcherW has returned. */
  get ended(): boolean {
    return this.#api.WaitForSingleObject(this.#thread, 0) === WAIT_OBJECT_0;
  }

  /** Reports a status. */
  report(status: ServiceStatus): void {
    const exit = status.state === 'stopped' ? status.exit : { win32: NO_ERROR };
    SERVICE_STATUS.write(this.#status, {
      dwCurrentState: STATE_CODES[status.state],
      dwControlsAccepted: 'accepts' in status ? status.accepts.reduce((bits, name) => bits | ACCEPT_BITS[name], 0) : 0,
      dwWin32ExitCode: 'win32' in exit ? exit.win32 : ERROR_SERVICE_SPECIFIC_ERROR,
      dwServiceSpecificExitCode: 'service' in exit ? exit.service : 0,
      dwCheckPoint: 'checkpoint' in status ? status.checkpoint : 0,
      dwWaitHint: 'waitHintMs' in status ? status.waitHintMs : 0,
    });
    if (!this.#api.SetServiceStatus(this.#statusHandle, this.#status)) {
      throw new Win32Error({
        api: 'SetServiceStatus',
        win32Code: this.#ffi.lastError(),
        action: `report ${status.state}`,
      });
    }
  }

  #main(argc: number, argv: bigint | null): number {
    const args = this.#readArgs(argc, argv);
    const name = args[0] ?? '';
    this.#statusHandle = this.#api.RegisterServiceCtrlHandlerExW(name, this.#handlerPointer, null) as bigint;
    if (!this.#statusHandle) {
      throw new Win32Error({
        api: 'RegisterServiceCtrlHandlerExW',
        win32Code: this.#ffi.lastError(),
        action: `register the control handler of "${name}"`,
      });
    }
    this.#events.serviceMain(name, args.slice(1));
    return NO_ERROR;
  }

  #handle(control: number, eventType: number, data: bigint | null): number {
    const read = data ? (offset: number, bytes: number) => this.#ffi.read(data + BigInt(offset), bytes) : undefined;
    let event: ControlEvent;
    try {
      event = decodeControl(control, eventType, read);
    } catch (error) {
      // A control that can't be decoded must not end the service.
      this.#events.undecodable(control, toError(error));
      return ERROR_CALL_NOT_IMPLEMENTED;
    }
    return this.#events.control(event);
  }

  #readArgs(argc: number, argv: bigint | null): string[] {
    if (!argv || argc === 0) return [];
    const pointers = this.#ffi.read(argv, argc * POINTER_BYTES);
    return Array.from({ length: argc }, (_, i) => {
      const at = i * POINTER_BYTES;
      return this.#ffi.readText(POINTER_BYTES === 8 ? pointers.readBigUInt64LE(at) : BigInt(pointers.readUInt32LE(at)));
    });
  }
}
