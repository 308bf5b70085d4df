// @ts-check
/** Access lists of folders. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toText } from './programs.mjs';
import { expect } from './verdict.mjs';

/** SYSTEM, Administrators, the owner, and accounts of services. */
const PRIVATE = /^(?:SY|BA|OW|CO|LS|NS|S-1-5-80-[\d-]+)$/;

/**
 * Reads the access list of a folder with icacls, as SDDL: names of accounts depend on the language of Windows.
 *
 * @param {import('./kit.mjs').Kit} kit
 * @param {string} dir
 */
export async function accessOf(kit, dir) {
  const file = join(kit.folder, `${kit.newName('acl')}.txt`);
  const { code, stdout, stderr } = await kit.run('icacls.exe', dir, '/save', file);
  expect(code === 0 && existsSync(file), `icacls saved no list of ${dir}: ${stderr || stdout}`);
  const sddl = toText(readFileSync(file)).match(/^D:.*$/m)?.[0];
  expect(sddl, `icacls saved no access list of ${dir}`);
  return sddl;
}

/**
 * Verifies that only SYSTEM, administrators and services have an entry.
 *
 * @param {import('./kit.mjs').Kit} kit
 * @param {string} dir
 * @returns {Promise<string>} the list
 */
export async function expectPrivate(kit, dir) {
  const sddl = await accessOf(kit, dir);
  const trustees = [...sddl.matchAll(/\((?:A|OA|XA);[^)]*;([^;)]+)\)/g)].map(([, trustee]) => trustee ?? '');
  expect(trustees.length > 0, `${dir} has no entries: ${sddl}`);
  const others = trustees.filter((trustee) => !PRIVATE.test(trustee));
  expect(others.length === 0, `${dir} is open to ${others.join(', ')}: ${sddl}`);
  return sddl;
}
