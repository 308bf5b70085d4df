/**
 * Exit code of a service: a Win32 error code, or a service-specific code (reported as 1066
 * ERROR_SERVICE_SPECIFIC_ERROR together with that number). Both are unsigned 32-bit numbers; 0 is success.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_status
 */
export type ExitCode = { readonly win32: number } | { readonly service: number };

/** Exit code of a clean stop. */
export const EXIT_OK: ExitCode = { win32: 0 };

/** Returns whether an exit code stands for a failure. */
export function isFailure(exit: ExitCode): boolean {
  return ('win32' in exit ? exit.win32 : exit.service) !== 0;
}

/** Formats an exit code for messages: `win32 1064`, `service-specific 7`. */
export function formatExit(exit: ExitCode): string {
  return 'win32' in exit ? `win32 ${exit.win32}` : `service-specific ${exit.service}`;
}

/** Formats an exit code for a sentence: `exit code 1064`, `service-specific exit code 7`. */
export function nameExit(exit: ExitCode): string {
  return 'win32' in exit ? `exit code ${exit.win32}` : `service-specific exit code ${exit.service}`;
}
