/** Set by the build. */
declare const WINSVC_VERSION: string | undefined;

/** Version of the package; `'0.0.0'` where the sources run. */
export const VERSION = typeof WINSVC_VERSION === 'string' ? WINSVC_VERSION : '0.0.0';
