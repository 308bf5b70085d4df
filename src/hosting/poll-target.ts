import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import type { WaitForRule } from '../scm/host-settings.ts';
import { sendRequest } from './send-request.ts';

/** Longest time that one attempt may take. */
const ATTEMPT_MS = 2_000;

/** Returns whether another service is running. Rejects when there is no such service. */
export type ServiceProbe = (name: string) => Promise<boolean>;

/** Checks once whether something is there. Rejects only as the probe of services does. */
export async function isThere(rule: WaitForRule, isServiceRunning: ServiceProbe): Promise<boolean> {
  const { tcp, url, file, service, network } = rule;
  if (tcp !== undefined) return accepts(tcp);
  if (url !== undefined) return answers(url);
  if (file !== undefined) return existsSync(file);
  if (service !== undefined) return isServiceRunning(service);
  return network === true && hasAddress();
}

/** Name of a target for messages. */
export function describeTarget({ tcp, url, file, service }: WaitForRule): string {
  return tcp ?? url ?? file ?? (service === undefined ? 'the network' : `the service "${service}"`);
}

/** Connects to `host:port`. Never rejects. */
export async function accepts(target: string): Promise<boolean> {
  const { connect } = await import('node:net');
  const at = target.lastIndexOf(':');
  const host = target.slice(0, at).replace(/^\[(.*)\]$/, '$1');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(target.slice(at + 1)), timeout: ATTEMPT_MS });
    const settle = (value: boolean) => (): void => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', settle(true)).once('error', settle(false)).once('timeout', settle(false));
  });
}

/** Requests a URL. Never rejects. */
export async function answers(url: string): Promise<boolean> {
  try {
    return (await sendRequest(url, 'GET', AbortSignal.timeout(ATTEMPT_MS))) < 400;
  } catch {
    return false;
  }
}

function hasAddress(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ internal }) => !internal));
}
