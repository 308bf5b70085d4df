import type { ListedService } from '../../scm/service-config.ts';
import type { NativeMemory } from '../ffi/ffi.ts';
import type { ListFilter } from '../../scm/scm-client.ts';
import { SERVICE_STATUS } from '../structs.ts';
import { BlobReader } from './blob.ts';
import { ERROR, SC_ENUM_PROCESS_INFO, SERVICE_STATE_FILTER, SERVICE_TYPE_FILTER } from './constants.ts';
import { decodeStatus } from './decode-status.ts';
import type { ScmCalls } from './scm-calls.ts';
import { S } from './structs.ts';

/** EnumServicesStatusExW takes no more than 256 kB at a time. */
const PAGE_BYTES = 64 * 1_024;

/** Lists all services, page by page. */
export function listServices(calls: ScmCalls, { state, type, group }: ListFilter): Promise<readonly ListedService[]> {
  return calls.exclusive(async () => {
    const context = { action: 'list the services' };
    const manager = await calls.manager('ENUMERATE_SERVICE', context);
    const services: ListedService[] = [];
    // Number of missing bytes, number of entries, and where to continue.
    const answer = calls.ffi.alloc(12);
    try {
      for (let bytes = PAGE_BYTES; ;) {
        const page = calls.ffi.alloc(bytes);
        try {
          const { value, lastError } = await calls.api.EnumServicesStatusExW.async(
            manager,
            SC_ENUM_PROCESS_INFO,
            SERVICE_TYPE_FILTER[type],
            SERVICE_STATE_FILTER[state],
            page.address,
            bytes,
            answer.address,
            answer.address + 4n,
            answer.address + 8n,
            group ?? null,
          );
          if (!value && lastError !== ERROR.MORE_DATA) throw calls.error('EnumServicesStatusExW', lastError, context);
          const count = answer.buffer.readUInt32LE(4);
          services.push(...readListed(page, count, WITH_PROCESS));
          if (value) return services;
          // Wine returns nothing when the page is too small for all of them.
          if (count === 0) bytes += answer.buffer.readUInt32LE(0);
        } finally {
          page.free();
        }
      }
    } finally {
      answer.free();
    }
  });
}

interface EntryLayout {
  readonly size: number;
  readonly statusAt: number;
  readonly statusBytes: number;
}

const WITH_PROCESS: EntryLayout = {
  size: S.ENUM_SERVICE_STATUS_PROCESSW.size,
  statusAt: S.ENUM_SERVICE_STATUS_PROCESSW.offsets.ServiceStatusProcess,
  statusBytes: S.SERVICE_STATUS_PROCESS.size,
};
/** Layout of EnumDependentServicesW, which returns the shorter SERVICE_STATUS. */
export const WITHOUT_PROCESS: EntryLayout = {
  size: S.ENUM_SERVICE_STATUSW.size,
  statusAt: S.ENUM_SERVICE_STATUSW.offsets.ServiceStatus,
  statusBytes: SERVICE_STATUS.size,
};

/** Reads the entries of an enumeration. */
export function readListed(
  { buffer, address }: Pick<NativeMemory, 'buffer' | 'address'>,
  count: number,
  { size, statusAt, statusBytes }: EntryLayout,
): ListedService[] {
  const reader = new BlobReader(buffer, address);
  return Array.from({ length: count }, (_, i) => {
    // Both layouts begin with the two names.
    const { lpServiceName, lpDisplayName } = reader.struct(S.ENUM_SERVICE_STATUSW, i * size);
    const name = reader.text(lpServiceName) ?? '';
    const status = Buffer.alloc(S.SERVICE_STATUS_PROCESS.size);
    buffer.copy(status, 0, i * size + statusAt, i * size + statusAt + statusBytes);
    return { name, displayName: reader.text(lpDisplayName) ?? name, ...decodeStatus(status) };
  });
}
