import { programPath } from '../util/program-path.ts';
import type { HeartbeatTarget } from './sender-options.ts';

/**
 * Name of the receiver that a heartbeat is meant for; it is signed, so that a heartbeat for one receiver can't be
 * replayed to another one. Port and path, the name of the pipe or of the folder: what both sides know.
 */
export function audienceOf(to: HeartbeatTarget): string {
  if ('pipe' in to) return `pipe:${lastPart(to.pipe)}`;
  if ('folder' in to) return `folder:${lastPart(programPath(to.folder))}`;
  const { port, protocol, pathname } = new URL(to.url);
  return httpAudience(Number(port || (protocol === 'https:' ? 443 : 80)), pathname);
}

/** Name of a receiver that listens for HTTP. */
export function httpAudience(port: number, path: string): string {
  return `http:${port}${path}`;
}

const lastPart = (path: string): string =>
  (
    path
      .split(/[\\/]+/)
      .filter(Boolean)
      .at(-1) ?? ''
  ).toLowerCase();
