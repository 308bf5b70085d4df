import { ServiceError } from '../errors/service-error.ts';
import type { SecretRecord } from './secret-record.ts';

/** Circumstances of a secret that can't be read. */
export interface UnreadableSecret {
  readonly service: string;
  readonly name: string;
  readonly path: string;
  /** Name of this machine. */
  readonly machine: string;
  /** User that this process runs as. */
  readonly user: string;
  /** Content of the file; `undefined`: it could not be read or parsed. */
  readonly record: SecretRecord | undefined;
  readonly cause: Error;
}

/** Creates the error for a secret that can't be read: with the likely cause, and the next step. */
export function explainUnreadable(facts: UnreadableSecret): ServiceError {
  const { service, name, path, record, cause } = facts;
  return new ServiceError(
    'SECRET_UNREADABLE',
    `The secret ${name} of the service "${service}" can't be read: ${reason(facts)}`,
    {
      cause,
      details: {
        service,
        name,
        path,
        ...(record && { machine: record.machine, user: record.user, scope: record.scope }),
      },
    },
  );
}

function reason({ service, name, path, machine, user, record, cause }: UnreadableSecret): string {
  const again = `Set it again: npx winsvc secret set ${service} ${name}`;
  const code = 'code' in cause ? cause.code : undefined;
  if (code === 'EACCES' || code === 'EPERM') {
    return `this account has no access to ${path}. SYSTEM, administrators and the account of the service have it: run this elevated, or, after a change of the account, set the secret again.`;
  }
  if (!record) return `${path}: ${cause.message}. ${again}`;
  if (record.machine.toLowerCase() !== machine.toLowerCase()) {
    return `it was encrypted on the machine ${record.machine}, and no other machine has its key; this is ${machine}. ${again}`;
  }
  if (record.scope === 'user' && record.user.toLowerCase() !== user.toLowerCase()) {
    return `it was encrypted for the account ${record.user} only; this process runs as ${user}. Set it as that account, or for every account with access to the file (scope 'machine'): npx winsvc secret set ${service} ${name}`;
  }
  return `Windows can't decrypt it. The file was changed, or the key is lost, as after a new installation of Windows. ${cause.message} ${again}`;
}
