import type { CallContext, ScmCalls } from './scm-calls.ts';
import { type BlobWriter, buildBlob } from './blob.ts';
import { ERROR } from './constants.ts';
import { S } from './structs.ts';

const RIGHT = 'SeServiceLogonRight';
const POLICY_CREATE_ACCOUNT_AND_LOOKUP = 0x10 | 0x800;

/**
 * Grants 'log on as a service' to an account; without it the service fails to start with 1069. Granting it twice is
 * no error.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/ntsecapi/nf-ntsecapi-lsaaddaccountrights
 */
export async function grantServiceLogon(calls: ScmCalls, account: string): Promise<void> {
  const context: CallContext = { action: `grant "log on as a service" to ${account}` };
  const check = (api: string, status: unknown): void => {
    if (status !== 0) throw calls.error(api, Number(calls.api.LsaNtStatusToWinError(status as number)), context);
  };
  const sid = await lookupSid(calls, account, context);
  const out = calls.ffi.alloc(16);
  const attributes = calls.ffi.alloc(S.LSA_OBJECT_ATTRIBUTES.size);
  const system = calls.machine ? buildBlob(calls.ffi, (w) => writeLsaString(w, calls.machine ?? '')) : undefined;
  const right = buildBlob(calls.ffi, (w) => writeLsaString(w, RIGHT));
  const sidMemory = calls.ffi.alloc(sid.length);
  sid.copy(sidMemory.buffer);
  try {
    const opened = await calls.api.LsaOpenPolicy.async(
      system?.address ?? null,
      attributes.address,
      POLICY_CREATE_ACCOUNT_AND_LOOKUP,
      out.address,
    );
    check('LsaOpenPolicy', opened.value);
    const policy = process.arch === 'ia32' ? BigInt(out.buffer.readUInt32LE(0)) : out.buffer.readBigUInt64LE(0);
    try {
      const added = await calls.api.LsaAddAccountRights.async(policy, sidMemory.address, right.address, 1);
      check('LsaAddAccountRights', added.value);
    } finally {
      calls.api.LsaClose(policy);
    }
  } finally {
    for (const memory of [out, attributes, system, right, sidMemory]) memory?.free();
  }
}

async function lookupSid(calls: ScmCalls, account: string, context: CallContext): Promise<Buffer> {
  // A local account is written .\name, which this call doesn't know.
  const name = account.replace(/^\.\\/, '');
  const sizes = calls.ffi.alloc(24);
  let sidBytes = 256;
  let domainChars = 256;
  try {
    for (let tries = 0; ; tries++) {
      const sid = calls.ffi.alloc(sidBytes);
      const domain = calls.ffi.alloc(domainChars * 2);
      try {
        sizes.buffer.writeUInt32LE(sidBytes, 0);
        sizes.buffer.writeUInt32LE(domainChars, 8);
        const { value, lastError } = await calls.api.LookupAccountNameW.async(
          calls.machine ?? null,
          name,
          sid.address,
          sizes.address,
          domain.address,
          sizes.address + 8n,
          sizes.address + 16n,
        );
        if (value) return Buffer.from(sid.buffer.subarray(0, 8 + 4 * (sid.buffer[1] ?? 0)));
        if (lastError !== ERROR.INSUFFICIENT_BUFFER || tries > 0)
          throw calls.error('LookupAccountNameW', lastError, context);
        sidBytes = Math.max(sidBytes, sizes.buffer.readUInt32LE(0));
        domainChars = Math.max(domainChars, sizes.buffer.readUInt32LE(8));
      } finally {
        sid.free();
        domain.free();
      }
    }
  } finally {
    sizes.free();
  }
}

export function writeLsaString(writer: BlobWriter, text: string): void {
  const root = writer.reserve(S.LSA_UNICODE_STRING.size);
  const bytes = text.length * 2;
  writer.write(root, S.LSA_UNICODE_STRING, { Length: bytes, MaximumLength: bytes + 2, Buffer: writer.text(text) });
}
