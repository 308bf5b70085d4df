import type { Win32Symbol } from '../../errors/win32-codes.ts';
import { isUserAccount } from '../../manager/spec/accounts.ts';
import type { ActiveRefusals } from './windows-refusals.ts';

/** Name of the mock's computer: `.\bob` and `MOCK\bob` are the same account. */
const COMPUTER = 'MOCK';

/** Security identifier of an account in the mock: one for each name, whatever its spelling. */
export function mockSid(account: string): string {
  const name = account.replace(/^\.\\/, `${COMPUTER}\\`).toLowerCase();
  return `S-1-5-21-0-0-0-${Buffer.from(name, 'utf8').toString('hex')}`;
}

/** Group policy that names the accounts which may log on as a service. */
export class LogonPolicy {
  readonly #refusals: ActiveRefusals;
  readonly #allowed: ReadonlySet<string> | undefined;

  /** @param allowed accounts that the policy names; `undefined`: no policy, so that a granted right counts */
  constructor(refusals: ActiveRefusals, allowed: readonly string[] | undefined) {
    this.#refusals = refusals;
    this.#allowed = allowed && new Set(allowed.map(mockSid));
  }

  /** Returns why a service with this account doesn't start. */
  refusal(account: string | null): Win32Symbol | undefined {
    const isLeftOut =
      this.#allowed !== undefined && account !== null && isUserAccount(account) && !this.#allowed.has(mockSid(account));
    return this.#refusals.check('logonPolicy', isLeftOut);
  }
}
