import type { ServiceSpec } from '../../manager/index.ts';
import type { Arguments } from './arguments.ts';
import type { Cli } from '../command.ts';
import { readPassword } from './password.ts';
import { UsageError } from './usage-error.ts';

/** Adds the password of a user account. Other accounts have none. */
export async function withPassword<T extends Pick<ServiceSpec, 'account' | 'password'>>(
  cli: Cli,
  args: Arguments,
  spec: T,
): Promise<T> {
  const { account } = spec;
  const { needsPassword } = await import('../../manager/index.ts');
  if (!account || !needsPassword(account)) {
    if (args.flag('password-stdin'))
      throw new UsageError(
        !account
          ? '--password-stdin needs --account too.'
          : `${account} has no password: Windows manages it. Leave out --password-stdin.`,
      );
    return spec;
  }
  return { ...spec, password: spec.password ?? (await readPassword(cli, args, account)) };
}
