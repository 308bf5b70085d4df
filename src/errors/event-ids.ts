import type { ErrorCode } from './error-codes.ts';

/** Event ids of failures. Monitoring rules rely on them; docs/event-log.md lists them. */
export const FAILURE_IDS: Readonly<Partial<Record<ErrorCode, number>>> = {
  HANDLER_FAILED: 101,
  HANDLER_TIMEOUT: 102,
  HOOK_FAILED: 103,
  UNCAUGHT: 104,
  PROCESS_EXIT: 105,
  HOST_LOST: 106,
  HANG: 107,
};
export const OTHER_FAILURE_ID = 100;
