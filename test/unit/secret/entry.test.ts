import { describe, expect, it } from 'vitest';
import * as secret from '../../../src/secret/index.ts';

describe.skipIf(process.platform === 'win32')('winsvc/secret on another system', () => {
  it.each([
    ['protect', () => secret.protect('x')],
    ['unprotect', () => secret.unprotect('eA==')],
    ['openSecretStore', () => Promise.resolve().then(() => secret.openSecretStore('Orders'))],
  ])('says at once that %s needs Windows', async (call, run) => {
    await expect(run()).rejects.toMatchObject({
      code: 'WINDOWS_ONLY',
      message: expect.stringMatching(new RegExp(`^${call} needs Windows, .* this is ${process.platform}`)) as string,
    });
  });
});
