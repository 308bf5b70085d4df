import { isIPv6 } from 'node:net';
import { hostname } from 'node:os';

const LOOPBACK = /^(?:localhost|.*\.localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i;

/** Puts the name of a machine in the place of `{machine}`; without one, `localhost`. */
export function withMachine(text: string, machine = 'localhost'): string {
  return text.replaceAll(/\{machine\}/gi, machine);
}

/** The same in a URL, where an IPv6 address has brackets. */
export function urlWithMachine(url: string, machine = 'localhost'): string {
  return withMachine(url, isIPv6(machine) ? `[${machine}]` : machine);
}

/** Explains that a loopback URL is of this machine although the service is on another one; `undefined`: it isn't so. */
export function describeWrongMachine(url: string, machine: string | undefined): string | undefined {
  if (machine === undefined || isThisMachine(machine)) return undefined;
  if (!URL.canParse(url) || !LOOPBACK.test(new URL(url).hostname)) return undefined;
  return `${url} is an address of this machine, and the service is on ${machine}. Write {machine} for the host, such as http://{machine}:3000/readyz; the program must listen on an address that this machine can reach.`;
}

function isThisMachine(machine: string): boolean {
  return machine.toLowerCase() === hostname().toLowerCase() || LOOPBACK.test(machine);
}
