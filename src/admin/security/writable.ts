/** Returns whether a service may be changed here. */
export type WritableCheck = (service: string) => boolean;

/** Makes the check of the option `services`. Names are compared without case, as the SCM does. */
export function createWritableCheck(services: readonly (string | RegExp)[]): WritableCheck {
  const names = new Set(services.filter((item) => typeof item === 'string').map((name) => name.toLowerCase()));
  const patterns = services.filter((item) => item instanceof RegExp);
  return (service) =>
    // Not `test`: with the flag g it continues where it ended.
    names.has(service.toLowerCase()) || patterns.some((pattern) => service.search(pattern) >= 0);
}
