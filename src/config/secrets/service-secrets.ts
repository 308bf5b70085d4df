import { ServiceError } from '../../errors/service-error.ts';
import { runningService } from '../../util/running-service.ts';
import { toError } from '../../util/to-error.ts';
import { isPlainObject } from '../layers/layer.ts';

/** Secrets of a service that a text names, under `secret:NAME`. */
export interface ServiceSecrets {
  readonly values: Readonly<Record<string, string>>;
  /** Reasons for secrets that aren't there: a problem where the text gives no default. */
  readonly missing: ReadonlyMap<string, string>;
  /** Reasons for secrets that can't be read: a default doesn't stand in for them. */
  readonly failed: ReadonlyMap<string, string>;
}

/** Reads one secret. @throws ServiceError */
export type ReadSecret = (service: string, name: string) => Promise<string>;

export const NO_SECRETS: ServiceSecrets = { values: {}, missing: new Map(), failed: new Map() };
const PREFIX = 'secret:';
const MENTION = /\$\{(secret:[A-Za-z_][^{}$=:]*)/g;
/** A secret that isn't there, or a system without the store. */
const ABSENT: readonly string[] = ['SECRET_MISSING', 'WINDOWS_ONLY'];

/**
 * Reads the secrets that the texts of a value name as `${secret:NAME}`. Nothing is loaded where there are none. Never
 * rejects.
 */
export async function readServiceSecrets(
  value: unknown,
  service: string | undefined,
  read: ReadSecret = readFromStore,
): Promise<ServiceSecrets> {
  const names = new Set(textsIn(value).flatMap((text) => [...text.matchAll(MENTION)].map(([, name = '']) => name)));
  if (names.size === 0) return NO_SECRETS;
  const values: Record<string, string> = {};
  const missing = new Map<string, string>();
  const failed = new Map<string, string>();
  const owner = service ?? runningService();
  for (const name of names) {
    if (owner === undefined) {
      failed.set(
        name,
        `needs the secret ${name.slice(PREFIX.length)}, but of which service isn't known: no service runs in this process yet; give its name as \`service\` to loadConfig`,
      );
      continue;
    }
    try {
      values[name] = await read(owner, name.slice(PREFIX.length));
    } catch (thrown) {
      const absent = thrown instanceof ServiceError && ABSENT.includes(thrown.code);
      (absent ? missing : failed).set(name, describe(name, toError(thrown), absent));
    }
  }
  return { values, missing, failed };
}

function describe(name: string, { message }: Error, absent: boolean): string {
  const end = absent ? `; \${${name}:-…} gives a default` : '';
  return `needs the secret ${name.slice(PREFIX.length)}: ${message.replace(/\.$/, '')}${end}`;
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return isPlainObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

async function readFromStore(service: string, name: string): Promise<string> {
  const { openSecretStore } = await import('../../secret/index.ts');
  return openSecretStore(service).get(name);
}
