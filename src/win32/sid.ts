import { ServiceError } from '../errors/service-error.ts';

const TEXT = /^S-1-(\d{1,15})((?:-\d{1,10}){1,15})$/i;

/**
 * Encodes a security identifier such as `S-1-5-18` as bytes. ConvertStringSidToSidW does the same, but returns memory that
 * has to be freed.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winnt/ns-winnt-sid
 *
 * @throws ServiceError INVALID_OPTIONS
 */
export function parseSid(text: string): Buffer {
  const match = TEXT.exec(text);
  const parts = (match?.[2] ?? '').split('-').slice(1).map(Number);
  const authority = Number(match?.[1]);
  if (!match || authority >= 2 ** 48 || parts.some((part) => part >= 2 ** 32)) {
    throw new ServiceError('INVALID_OPTIONS', `user must be a security identifier such as 'S-1-5-18'; got '${text}'`);
  }
  const bytes = Buffer.alloc(8 + parts.length * 4);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt8(parts.length, 1);
  bytes.writeUIntBE(authority, 2, 6);
  parts.forEach((part, index) => {
    bytes.writeUInt32LE(part, 8 + index * 4);
  });
  return bytes;
}
