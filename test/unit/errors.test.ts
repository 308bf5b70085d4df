import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../src/errors/service-error.ts';
import { shareInstances } from '../../src/errors/share-instances.ts';
import { describeWin32, win32Code } from '../../src/errors/win32-codes.ts';
import { Win32Error } from '../../src/errors/win32-error.ts';
import { toError } from '../../src/util/to-error.ts';

describe('ServiceError', () => {
  it('has a code, details and a cause', () => {
    const cause = new Error('disk full');
    const error = new ServiceError('HANDLER_FAILED', 'The start handler failed: disk full', {
      cause,
      details: { handler: 'start' },
    });
    expect(error).toMatchObject({ name: 'ServiceError', code: 'HANDLER_FAILED', details: { handler: 'start' }, cause });
    expect(error).toBeInstanceOf(Error);
  });

  it('has no cause where there is none', () => {
    expect('cause' in new ServiceError('HOST_LOST', 'gone')).toBe(false);
  });

  it('keeps a cause that is undefined: Promise.reject() happens', () => {
    expect('cause' in new ServiceError('UNCAUGHT', 'x', { cause: undefined })).toBe(true);
  });
});

describe('instanceof', () => {
  const copyOf = (name: string): new () => Error => {
    class Copy extends Error {
      static {
        shareInstances(this, name);
      }
    }
    return Copy;
  };

  it('knows the errors of another copy of the class, and of what extends it', () => {
    expect(new (copyOf('ServiceError'))()).toBeInstanceOf(ServiceError);
    expect(new ServiceError('HOST_LOST', 'gone')).toBeInstanceOf(copyOf('ServiceError'));
    expect(new Win32Error({ api: 'CloseHandle', win32Code: 6 })).toBeInstanceOf(copyOf('ServiceError'));
  });

  it.each([new Error('other'), new (copyOf('Other'))(), {}, null, undefined, 'text'])('refuses %o', (value) => {
    expect(value instanceof ServiceError).toBe(false);
  });

  it('tells a ServiceError from a Win32Error, and from what an app derives from it', () => {
    class Own extends ServiceError {}
    const error = new ServiceError('HOST_LOST', 'gone');
    expect(error).not.toBeInstanceOf(Win32Error);
    expect(error).not.toBeInstanceOf(Own);
    expect(new Own('HOST_LOST', 'gone')).toBeInstanceOf(Own);
  });

  it('leaves what is printed of an error as it was', () => {
    expect(Object.keys(new ServiceError('HOST_LOST', 'gone'))).toEqual(['code', 'details', 'name']);
  });
});

describe('Win32Error', () => {
  it('says what was tried, why it failed, the call with its code, and what to do next', () => {
    const error = new Win32Error({
      api: 'OpenServiceW',
      win32Code: 5,
      action: 'stop service "Spooler"',
      service: 'Spooler',
      access: 'SERVICE_STOP',
    });
    expect(error.message).toBe(
      'Cannot stop service "Spooler": access is denied (OpenServiceW, asked for SERVICE_STOP: 5 ERROR_ACCESS_DENIED). ' +
        'Run it from an elevated prompt (Run as administrator), or ask for the access on the service.',
    );
    expect(error).toMatchObject({
      name: 'Win32Error',
      code: 'WIN32',
      win32Code: 5,
      symbol: 'ERROR_ACCESS_DENIED',
      api: 'OpenServiceW',
      service: 'Spooler',
      access: 'SERVICE_STOP',
    });
  });

  it('names the call where no action is given', () => {
    expect(new Win32Error({ api: 'CloseHandle', win32Code: 6 }).message).toBe(
      'CloseHandle failed: the handle is invalid (CloseHandle: 6 ERROR_INVALID_HANDLE).',
    );
  });

  it('has a message for a code without a description', () => {
    const error = new Win32Error({ api: 'CreateServiceW', win32Code: 31_337 });
    expect(error.message).toBe(
      'CreateServiceW failed: the system returned an error that winsvc has no description for (CreateServiceW: 31337).',
    );
    expect(error.symbol).toBeUndefined();
    expect(error.hint).toBeUndefined();
  });

  it('prefers the hint of the caller, who knows more', () => {
    const error = new Win32Error({ api: 'OpenServiceW', win32Code: 5, hint: 'Ask the owner.' });
    expect(error.hint).toBe('Ask the owner.');
    expect(error.message).toMatch(/ Ask the owner\.$/);
  });
});

describe('win32Code', () => {
  it('is the inverse of the table', () => {
    expect(win32Code('ERROR_SERVICE_REQUEST_TIMEOUT')).toBe(1053);
    expect(describeWin32(1053)?.symbol).toBe('ERROR_SERVICE_REQUEST_TIMEOUT');
    expect(() => win32Code('ERROR_NONE' as 'ERROR_SUCCESS')).toThrow(RangeError);
  });
});

describe('toError', () => {
  it('keeps an Error and wraps everything else', () => {
    const error = new TypeError('x');
    expect(toError(error)).toBe(error);
    expect(toError('text').message).toBe("'text' was thrown, which is not an Error");
    expect(toError(undefined).message).toBe('undefined was thrown, which is not an Error');
  });
});

describe('what can go wrong with a service', () => {
  // The codes that the calls of the SCM document, and those that a service ends with.
  it.each([
    2, 3, 5, 193, 1051, 1052, 1053, 1055, 1056, 1057, 1058, 1059, 1060, 1061, 1062, 1063, 1066, 1067, 1068, 1069, 1070,
    1072, 1073, 1077, 1078, 1079, 1115,
  ])('%i has a hint that can be acted on', (code) => {
    expect(describeWin32(code)?.hint).toMatch(/^[A-Z"].{15,}[.?]$/);
  });
});
