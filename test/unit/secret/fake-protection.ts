import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Win32Error } from '../../../src/errors/win32-error.ts';
import type { DataProtection } from '../../../src/scm/data-protection.ts';

/** Stands in for DPAPI: real encryption with a key that the test gives, so that a wrong key and changed data fail. */
export function createFakeProtection(key: string): DataProtection {
  const keyFor = (scope: string, context: string): Buffer =>
    createHash('sha256').update(`${key}\0${scope}\0${context}`).digest();
  return {
    protect(data, context, scope) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', keyFor(scope, context), iv);
      const text = Buffer.concat([cipher.update(data), cipher.final()]);
      return Promise.resolve(Buffer.concat([Buffer.from([scope === 'user' ? 1 : 0]), iv, cipher.getAuthTag(), text]));
    },
    unprotect(data, context) {
      try {
        const bytes = Buffer.from(data);
        const scope = bytes[0] === 1 ? 'user' : 'machine';
        const decipher = createDecipheriv('aes-256-gcm', keyFor(scope, context), bytes.subarray(1, 13));
        decipher.setAuthTag(bytes.subarray(13, 29));
        return Promise.resolve(Buffer.concat([decipher.update(bytes.subarray(29)), decipher.final()]));
      } catch {
        return Promise.reject(
          new Win32Error({ api: 'CryptUnprotectData', win32Code: 13, action: 'decrypt the secret' }),
        );
      }
    },
  };
}
