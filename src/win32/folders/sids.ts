import { lookUp } from '../../util/look-up.ts';

/** Security identifiers that every Windows has. https://learn.microsoft.com/windows-server/identity/ad-ds/manage/understand-security-identifiers */
export const SID = {
  system: 'S-1-5-18',
  localService: 'S-1-5-19',
  networkService: 'S-1-5-20',
  administrators: 'S-1-5-32-544',
} as const;

/**
 * The security identifier of a service, `NT SERVICE\<name>`: what the SCM makes of its name. It is the account of a
 * service with a virtual account, and in the token of one with a `sidType`.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_sid_info
 */
export function serviceSid(service: string): string {
  // Windows makes capitals one code unit at a time: a text never becomes longer.
  const capitals = Array.from({ length: service.length }, (_, at) => {
    const upper = service.charAt(at).toUpperCase();
    return upper.length === 1 ? upper : service.charAt(at);
  }).join('');
  const { createHash } = process.getBuiltinModule('node:crypto');
  const hash = createHash('sha1').update(Buffer.from(capitals, 'utf16le')).digest();
  return `S-1-5-80-${[0, 4, 8, 12, 16].map((at) => hash.readUInt32LE(at)).join('-')}`;
}

/** Accounts of services by the names that the SCM takes; their names in other languages need a look-up. */
const BUILT_IN: Readonly<Record<string, string>> = {
  localsystem: SID.system,
  'nt authority\\system': SID.system,
  'nt authority\\localservice': SID.localService,
  'nt authority\\networkservice': SID.networkService,
};

/** The security identifier of an account, where its name alone says it. */
export function knownSid(account: string): string | undefined {
  const name = account
    .toLowerCase()
    .replace(/^\.\\localsystem$/, 'localsystem')
    .replaceAll(/ (?=service$)/g, '');
  return (
    lookUp(BUILT_IN, name) ??
    (name.startsWith('nt service\\') ? serviceSid(account.slice('nt service\\'.length)) : undefined)
  );
}
