import { describe, expect, it } from 'vitest';
import { explainFfiFailure } from '../../../src/errors/ffi-load-failure.ts';

const BINARY = '@koromix/koffi-win32-x64';
const FILE = '\n\\\\?\\C:\\app\\node_modules\\@koromix\\koffi-win32-x64\\win32_x64\\koffi.node';
const refused = (message: string) => ({ code: 'ERR_DLOPEN_FAILED', message: message + FILE });

describe('explainFfiFailure', () => {
  it.each([
    ['policy', refused('An Application Control policy has blocked this file.'), 'by its hash'],
    [
      'policy',
      refused('This program is blocked by group policy. For more information, contact your system administrator.'),
      'AppLocker',
    ],
    ['policy', refused('Windows cannot verify the digital signature for this file.'), 'sign it'],
    [
      'antivirus',
      refused(
        'Operation did not complete successfully because the file contains a virus or potentially unwanted software.',
      ),
      'quarantine',
    ],
    ['architecture', refused('%1 is not a valid Win32 application.'), 'architecture'],
    ['dependency', refused('The specified module could not be found.'), 'missing'],
    ['dependency', refused('The specified procedure could not be found.'), 'missing'],
    ['access', refused('Access is denied.'), 'read access'],
    ['unknown', refused('Die Datei wurde durch eine Richtlinie blockiert.'), '4551'],
    ['package', { code: 'MODULE_NOT_FOUND', message: "Cannot find module 'koffi'" }, 'npm install koffi'],
    ['package', { code: 'ERR_MODULE_NOT_FOUND', message: "Cannot find package 'koffi'" }, 'npm install koffi'],
    ['binary', { code: 'MODULE_NOT_FOUND', message: `Cannot find module '${BINARY}'` }, `npm install ${BINARY}`],
    [
      'binary',
      { message: 'Cannot find the native Koffi module; did you bundle it correctly?' },
      `npm install ${BINARY}`,
    ],
  ] as const)('%s: %j', (kind, error, advice) => {
    const found = explainFfiFailure(error, BINARY);
    expect(found.kind).toBe(kind);
    expect(found.advice).toContain(advice);
  });
});
