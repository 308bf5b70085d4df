import type { EventSeverity } from '../../scm/event-log.ts';

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

export const ERROR_INSUFFICIENT_BUFFER = 122;
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
