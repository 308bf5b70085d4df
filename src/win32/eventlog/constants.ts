import type { EventSeverity } from '../../scm/event-log.ts';
import { POINTER_BYTES } from '../ffi/struct.ts';

/** Values of wType of ReportEventW, and the bits of TypesSupported. Source: https://learn.microsoft.com/windows/win32/eventlog/event-types */
export const EVENT_TYPE: Record<EventSeverity, number> = {
  success: 0x00,
  error: 0x01,
  warn: 0x02,
  info: 0x04,
  auditSuccess: 0x08,
  auditFailure: 0x10,
};

/** Path under HKEY_LOCAL_MACHINE. Source: https://learn.microsoft.com/windows/win32/eventlog/event-sources */
export const EVENT_LOG_KEY = 'SYSTEM\\CurrentControlSet\\Services\\EventLog';

/** A LONG as a pointer: on 64 bits it is sign-extended. */
export const HKEY_LOCAL_MACHINE = POINTER_BYTES === 8 ? 0xffff_ffff_8000_0002n : 0x8000_0002n;
export const REG_OPTION_NON_VOLATILE = 0;
export const KEY = {
  QUERY_VALUE: 0x1,
  SET_VALUE: 0x2,
  CREATE_SUB_KEY: 0x4,
  ENUMERATE_SUB_KEYS: 0x8,
  READ: 0x2_0019,
  /** The Event Log service is a 64-bit program; without this a 32-bit Node would get another registry. */
  WOW64_64KEY: 0x100,
} as const;
export const REG_SZ = 1;
export const REG_EXPAND_SZ = 2;
export const REG_DWORD = 4;
export const REG_MULTI_SZ = 7;
export const REG_QWORD = 11;

export const ERROR_SUCCESS = 0;
export const ERROR_FILE_NOT_FOUND = 2;
export const ERROR_ACCESS_DENIED = 5;
export const ERROR_INSUFFICIENT_BUFFER = 122;
export const ERROR_MORE_DATA = 234;
export const ERROR_NO_MORE_ITEMS = 259;
export const ERROR_TIMEOUT = 1460;
export const RPC_S_INVALID_BOUND = 1734;

export const ERROR_EVT_CHANNEL_NOT_FOUND = 15_007;
/** Results of EvtFormatMessage where some inserts have no value, but the text is there. */
export const ERROR_EVT_UNRESOLVED_VALUE_INSERT = 15_029;
export const ERROR_EVT_UNRESOLVED_PARAMETER_INSERT = 15_030;
export const ERROR_EVT_MAX_INSERTS_REACHED = 15_031;

/** Source: https://learn.microsoft.com/windows/win32/api/winevt/ne-winevt-evt_query_flags */
export const EVT_QUERY = { CHANNEL_PATH: 0x1, FORWARD: 0x100, REVERSE: 0x200 } as const;
/** Source: https://learn.microsoft.com/windows/win32/api/winevt/ne-winevt-evt_subscribe_flags */
export const EVT_SUBSCRIBE = { FUTURE: 1, OLDEST: 2, AFTER_BOOKMARK: 3 } as const;
/** Source: https://learn.microsoft.com/windows/win32/api/winevt/ne-winevt-evt_seek_flags */
export const EVT_SEEK_RELATIVE_TO_BOOKMARK = 4;
/** Source: https://learn.microsoft.com/windows/win32/api/winevt/ne-winevt-evt_render_flags */
export const EVT_RENDER_EVENT_XML = 1;
/** Source: https://learn.microsoft.com/windows/win32/api/winevt/ne-winevt-evt_format_message_flags */
export const EVT_FORMAT_MESSAGE_EVENT = 1;
/** Source: https://learn.microsoft.com/windows/win32/api/winevt/ne-winevt-evt_login_class */
export const EVT_RPC_LOGIN = 1;

export const WAIT_FAILED = 0xffff_ffff;
