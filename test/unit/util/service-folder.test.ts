import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { serviceRoots } from '../../../src/util/service-folder.ts';

describe('the folders of services on Windows', () => {
  const platform = process.platform;
  beforeEach(() => Object.defineProperty(process, 'platform', { value: 'win32' }));
  afterEach(() => {
    Object.defineProperty(process, 'platform', { value: platform });
    vi.unstubAllEnvs();
  });

  it.each([
    ['as Windows sets them', 'C:\\ProgramData', 'C:\\ProgramData', ['C:\\ProgramData']],
    ['on another drive', 'D:\\ProgramData', 'D:\\ProgramData', ['D:\\ProgramData', 'C:\\ProgramData']],
    ['with %PUBLIC% as ProgramData', 'C:\\Users\\Public', 'C:\\ProgramData', ['C:\\ProgramData']],
    ['with a folder of a user', 'c:/users/ann/data', 'C:\\USERS\\Public', ['C:\\ProgramData']],
    ['that are missing', undefined, undefined, ['C:\\ProgramData']],
  ])('are never those of users: variables %s', (_, ProgramData, ALLUSERSPROFILE, expected) => {
    vi.stubEnv('ProgramData', ProgramData);
    vi.stubEnv('ALLUSERSPROFILE', ALLUSERSPROFILE);
    vi.stubEnv('SystemDrive', 'C:');
    expect(serviceRoots()).toEqual(expected);
  });
});
