import type { RateLimiterMemory } from 'rate-limiter-flexible';
import { optionalPackage } from '../../errors/optional-package.ts';
import { ApiError } from '../api/api-error.ts';
import type { AdminLimits } from '../options/admin-options.ts';

/** Limits of requests and of failed logins. */
export interface RateLimits {
  /** Counts a request of an address. @throws ApiError TOO_MANY_REQUESTS */
  address(address: string): Promise<void>;
  /** Counts a request of a caller. @throws ApiError TOO_MANY_REQUESTS */
  principal(id: string): Promise<void>;
  /** Counts a failed login of an address. @throws ApiError TOO_MANY_FAILED_LOGINS */
  failedLogin(address: string): Promise<void>;
}

const WINDOW_SECONDS = 10;
const LOGIN_WINDOW_SECONDS = 300;

/** No limits. */
export const noLimits: RateLimits = {
  address: () => Promise.resolve(),
  principal: () => Promise.resolve(),
  failedLogin: () => Promise.resolve(),
};

/** Makes the limits. @throws ServiceError PACKAGE_MISSING without rate-limiter-flexible */
export async function createRateLimits(options: AdminLimits): Promise<RateLimits> {
  const { RateLimiterMemory } = await optionalPackage(
    'rate-limiter-flexible',
    'createAdmin (or say limits: false)',
    () => import('rate-limiter-flexible'),
  );
  const { perToken = 2_500, perAddress = 5_000, failedLogins = 10 } = options;
  const address = new RateLimiterMemory({ keyPrefix: 'a', points: perAddress, duration: WINDOW_SECONDS });
  const principal = new RateLimiterMemory({ keyPrefix: 'p', points: perToken, duration: WINDOW_SECONDS });
  const login = new RateLimiterMemory({ keyPrefix: 'l', points: failedLogins, duration: LOGIN_WINDOW_SECONDS });
  return {
    address: (key) => consume(address, key, 'TOO_MANY_REQUESTS'),
    principal: (key) => consume(principal, key, 'TOO_MANY_REQUESTS'),
    failedLogin: (key) => consume(login, key, 'TOO_MANY_FAILED_LOGINS'),
  };
}

async function consume(
  limiter: RateLimiterMemory,
  key: string,
  code: 'TOO_MANY_REQUESTS' | 'TOO_MANY_FAILED_LOGINS',
): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refused) {
    // It rejects with a result, which is no Error.
    if (refused instanceof Error) throw refused;
    const { msBeforeNext = 1_000 } = refused as { msBeforeNext?: number };
    const seconds = Math.max(1, Math.ceil(msBeforeNext / 1_000));
    throw new ApiError(code, { detail: `Try again in ${seconds} s.`, headers: { 'Retry-After': String(seconds) } });
  }
}
