import { ServiceError } from '../../errors/service-error.ts';
import type { MachineParts } from '../../scm/machine-parts.ts';
import type { ScmClient } from '../../scm/scm-client.ts';
import type { ServiceTarget } from '../control/service-target.ts';
import { configureService } from './configure-service.ts';
import { grantControl, mayControl, revokeControl } from './control-access.ts';

/**
 * Adds or removes the entry with which an account controls a service. Returns `false` when nothing had to change.
 *
 * @throws ServiceError INVALID_OPTIONS for an account that doesn't exist; Win32Error 5, 1060
 */
export async function changeControlAccess(
  { client, name }: ServiceTarget,
  parts: MachineParts,
  account: string,
  action: 'grant' | 'revoke',
): Promise<boolean> {
  const { config } = await client.readConfig(name);
  const sid = await findSid(client, account);
  const descriptor = config.securityDescriptor ?? '';
  const securityDescriptor = action === 'grant' ? grantControl(descriptor, sid) : revokeControl(descriptor, sid);
  if (securityDescriptor === undefined) return false;
  await configureService(client, parts, { mode: 'configure', name, spec: { securityDescriptor }, plan: false });
  return true;
}

/** Returns whether the account may query, start and stop a service. `undefined`: the access list can't be read. */
export async function readControlAccess(
  { client, name }: ServiceTarget,
  account: string,
): Promise<boolean | undefined> {
  const { securityDescriptor } = (await client.readConfig(name)).config;
  const sid = await findSid(client, account);
  return securityDescriptor === undefined ? undefined : mayControl(securityDescriptor, sid);
}

async function findSid(client: ScmClient, account: string): Promise<string> {
  const sid = await client.accountSid(account);
  if (sid !== undefined) return sid;
  throw new ServiceError(
    'INVALID_OPTIONS',
    `There is no account "${account}". The account of a service is NT SERVICE\\<name>, once the service is installed.`,
    { details: { account } },
  );
}
