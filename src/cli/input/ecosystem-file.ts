import { basename } from 'node:path';

/** Returns whether a target is an ecosystem file of pm2, by its name. */
export function isEcosystemFile(path: string | undefined): path is string {
  return /^(?:ecosystem(?:\.[\w-]+)*|(?:[\w-]+\.)*pm2(?:\.config)?)\.(?:json|[cm]?js)$/i.test(basename(path ?? ''));
}
