/**
 * Makes `instanceof` hold across copies of a class: the main file of the package has its own copy, and an app can have
 * the package twice. A class that extends it keeps the ordinary `instanceof`. Never throws.
 */
export function shareInstances(type: abstract new (...args: never[]) => object, name: string): void {
  const mark = Symbol.for(`winsvc.${name}`);
  Object.defineProperty(type.prototype, mark, { value: true });
  Object.defineProperty(type, Symbol.hasInstance, {
    value(this: unknown, value: unknown) {
      if (this !== type) return Function.prototype[Symbol.hasInstance].call(this as typeof type, value);
      try {
        return typeof value === 'object' && value !== null && mark in value;
      } catch {
        // A proxy of the app that was revoked, or whose trap throws: an app can throw anything.
        return false;
      }
    },
  });
}
