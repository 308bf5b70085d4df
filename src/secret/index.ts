import { hostname, userInfo } from 'node:os';
import { ServiceError } from '../errors/service-error.ts';
import type { DataProtection, ProtectionScope } from '../scm/data-protection.ts';
import { serviceFolder } from '../util/service-folder.ts';
import { createDataProtection } from '../win32/secret/data-protection.ts';
import { openFfi } from '../win32/ffi/open-ffi.ts';
import { encodeSecret } from './check-secret.ts';
import { createSecretStore, type SecretStore } from './secret-store.ts';

export type { ProtectionScope } from '../scm/data-protection.ts';
export type { SecretInfo, SecretStore, SetSecretOptions } from './secret-store.ts';

/** Options of {@link protect}. */
export interface ProtectOptions {
  /** Keys to encrypt with: those of the account of this process, or of the machine. Default `'user'`. */
  readonly scope?: ProtectionScope;
  /** Text that `unprotect` must be given too, such as the purpose of the secret. It isn't a password. Default: none. */
  readonly context?: string;
}

/** Options of {@link unprotect}. */
export interface UnprotectOptions {
  /** The text that `protect` was given. Default: none. */
  readonly context?: string;
}

let dataProtection: DataProtection | undefined;

function protection(call: string): DataProtection {
  if (process.platform !== 'win32') {
    throw new ServiceError(
      'WINDOWS_ONLY',
      `${call} needs Windows, which encrypts secrets with its own keys (DPAPI); this is ${process.platform}. Elsewhere, give secrets in the environment.`,
    );
  }
  return (dataProtection ??= createDataProtection(openFfi()));
}

/**
 * Encrypts a text with keys that Windows keeps (DPAPI), and returns it in base64. Nothing is stored. With the scope
 * `'user'` only this account can decrypt it, with `'machine'` every process of this machine.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/dpapi/nf-dpapi-cryptprotectdata
 *
 * @throws ServiceError INVALID_OPTIONS for an empty value, and one of more than 1 MiB; WINDOWS_ONLY, FFI_MISSING;
 * Win32Error
 * @example
 * import * as secret from 'winsvc/secret';
 * const kept = await secret.protect(token, { context: 'refresh token' });
 * const again = await secret.unprotect(kept, { context: 'refresh token' });
 */
export async function protect(value: string, options: ProtectOptions = {}): Promise<string> {
  const { scope = 'user', context = '' } = options;
  const plain = encodeSecret(value);
  try {
    return (await protection('protect').protect(plain, context, scope)).toString('base64');
  } finally {
    plain.fill(0);
  }
}

/**
 * Decrypts a text that {@link protect} returned.
 *
 * @throws ServiceError SECRET_UNREADABLE when it was changed, or belongs to another machine, account or context;
 * WINDOWS_ONLY, FFI_MISSING
 */
export async function unprotect(protectedText: string, options: UnprotectOptions = {}): Promise<string> {
  const found = protection('unprotect');
  try {
    return (await found.unprotect(Buffer.from(protectedText, 'base64'), options.context ?? '')).toString();
  } catch (cause) {
    throw new ServiceError(
      'SECRET_UNREADABLE',
      "The protected text can't be decrypted: it was changed, or another machine, account or context encrypted it.",
      { cause },
    );
  }
}

/**
 * Opens the secrets of a service on this machine. Nothing is read or made yet.
 *
 * @throws ServiceError WINDOWS_ONLY
 * @example
 * const secrets = openSecretStore('Orders');
 * const password = await secrets.get('DB_PASSWORD');
 */
export function openSecretStore(service: string): SecretStore {
  protection('openSecretStore');
  const folder = serviceFolder(service, 'secrets');
  return createSecretStore(service, {
    folder,
    protection: () => protection('openSecretStore'),
    async makeFolder(account) {
      if (account === undefined) {
        const { makePrivateFolder } = await import('../win32/folders/private-folder.ts');
        makePrivateFolder(folder, openFfi, service);
        return;
      }
      const { createServiceFolders } = await import('../win32/folders/service-folders.ts');
      await createServiceFolders(openFfi).prepare({ service, account, folders: [folder] });
    },
    async checkFolder() {
      const { checkPrivateFolder } = await import('../win32/folders/private-folder.ts');
      checkPrivateFolder(folder, openFfi, service);
    },
    machine: hostname(),
    user: userName(),
  });
}

/** The user that this process runs as; some accounts of services have no name that Node finds. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USERNAME'] ?? 'unknown';
  }
}
