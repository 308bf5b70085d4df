import { describe, expect, it } from 'vitest';
import { optionalPackage } from '../../src/errors/optional-package.ts';

const missing = (name: string): Error =>
  Object.assign(new Error(`Cannot find package '${name}' imported from /app/x.js`), { code: 'ERR_MODULE_NOT_FOUND' });

describe('optionalPackage', () => {
  it('gives what was loaded', async () => {
    expect(await optionalPackage('yaml', 'It', async () => 1)).toBe(1);
  });
  it('names the package that is missing, and who needs it', async () => {
    await expect(optionalPackage('yaml', 'A YAML file', () => Promise.reject(missing('yaml')))).rejects.toMatchObject({
      code: 'PACKAGE_MISSING',
      message: 'A YAML file needs the package yaml, which is not installed. Install it: npm install yaml',
      details: { package: 'yaml' },
    });
  });
  it('keeps other errors as they are: also that something is missing that the package needs', async () => {
    await expect(optionalPackage('yaml', 'It', () => Promise.reject(missing('inner')))).rejects.toThrow("'inner'");
  });
});
