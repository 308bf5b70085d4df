import type { CallContext, ScmCalls } from './scm-calls.ts';
import { type BlobWriter, buildBlob } from './blob.ts';
import { ERROR } from './constants.ts';
import { lookupSid } from './account-sid.ts';
import { S } from './structs.ts';

const RIGHT = 'SeServiceLogonRight';
const POLICY_CREATE_ACCOUNT_AND_LOOKUP = 0x10 | 0x800;
const POLICY_LOOKUP_NAMES = 0x800;

/**
 * Grants 'log on as a service' to an account; without it the service fails to start with 1069. Granting it twice is
 * no error.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/ntsecapi/nf-ntsecapi-lsaaddaccountrights
 */
export async function grantServiceLogon(calls: ScmCalls, account: string): Promise<void> {
  const context: CallContext = { action: `grant "log on as a service" to ${account}` };
  await withPolicy(calls, account, POLICY_CREATE_ACCOUNT_AND_LOOKUP, context, async (policy, sid, check) => {
    const right = buildBlob(calls.ffi, (w) => writeLsaString(w, RIGHT));
    try {
      const added = await calls.api.LsaAddAccountRights.async(policy, sid, right.address, 1);
      check('LsaAddAccountRights', added.value);
    } finally {
      right.free();
    }
  });
}

/**
 * Returns whether the account itself has the right to log on as a service; it may also have it through a group.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/ntsecapi/nf-ntsecapi-lsaenumerateaccountrights
 */
export async function hasServiceLogon(calls: ScmCalls, account: string): Promise<boolean> {
  const context: CallContext = { action: `read the rights of ${account}` };
  return withPolicy(calls, account, POLICY_LOOKUP_NAMES, context, async (policy, sid, check) => {
    const out = calls.ffi.alloc(16);
    try {
      const { value } = await calls.api.LsaEnumerateAccountRights.async(policy, sid, out.address, out.address + 8n);
      // The policy has no entry for an account without rights.
      if (calls.api.LsaNtStatusToWinError(value) === ERROR.FILE_NOT_FOUND) return false;
      check('LsaEnumerateAccountRights', value);
      const list = readPointer(out.buffer);
      const rights = readLsaStrings(calls, list, out.buffer.readUInt32LE(8));
      calls.api.LsaFreeMemory(list);
      return rights.includes(RIGHT);
    } finally {
      out.free();
    }
  });
}

type Check = (api: string, status: unknown) => void;

/** Opens the security policy of the machine, and finds the account. */
async function withPolicy<T>(
  calls: ScmCalls,
  account: string,
  access: number,
  context: CallContext,
  work: (policy: bigint, sid: bigint, check: Check) => Promise<T>,
): Promise<T> {
  const check: Check = (api, status) => {
    if (status !== 0) throw calls.error(api, Number(calls.api.LsaNtStatusToWinError(status as number)), context);
  };
  const sid = await lookupSid(calls, account, context);
  const out = calls.ffi.alloc(16);
  const attributes = calls.ffi.alloc(S.LSA_OBJECT_ATTRIBUTES.size);
  const system = calls.machine ? buildBlob(calls.ffi, (w) => writeLsaString(w, calls.machine ?? '')) : undefined;
  const sidMemory = calls.ffi.alloc(sid.length);
  sid.copy(sidMemory.buffer);
  try {
    const opened = await calls.api.LsaOpenPolicy.async(
      system?.address ?? null,
      attributes.address,
      access,
      out.address,
    );
    check('LsaOpenPolicy', opened.value);
    const policy = readPointer(out.buffer);
    try {
      return await work(policy, sidMemory.address, check);
    } finally {
      calls.api.LsaClose(policy);
    }
  } finally {
    for (const memory of [out, attributes, system, sidMemory]) memory?.free();
  }
}

function readLsaStrings(calls: ScmCalls, address: bigint, count: number): string[] {
  const { size } = S.LSA_UNICODE_STRING;
  const bytes = calls.ffi.read(address, size * count);
  return Array.from({ length: count }, (_, i) => {
    const { Length, Buffer: text } = S.LSA_UNICODE_STRING.read(bytes, i * size);
    return calls.ffi.read(text, Length).toString('utf16le');
  });
}

function readPointer(buffer: Buffer): bigint {
  return process.arch === 'ia32' ? BigInt(buffer.readUInt32LE(0)) : buffer.readBigUInt64LE(0);
}

export function writeLsaString(writer: BlobWriter, text: string): void {
  const root = writer.reserve(S.LSA_UNICODE_STRING.size);
  const bytes = text.length * 2;
  writer.write(root, S.LSA_UNICODE_STRING, { Length: bytes, MaximumLength: bytes + 2, Buffer: writer.text(text) });
}
