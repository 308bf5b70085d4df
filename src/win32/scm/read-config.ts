import { Win32Error } from '../../errors/win32-error.ts';
import type { ConfigReading, ServiceConfig, Setting, StartType } from '../../scm/service-config.ts';
import { dropUndefined } from '../../util/drop-undefined.ts';
import { BlobReader } from './blob.ts';
import {
  ERROR,
  ERROR_CONTROL_CODES,
  LEVEL,
  nameOfCode,
  SERVICE_INTERACTIVE_PROCESS,
  START_CODES,
  TYPE_BITS,
  TYPE_MASK,
} from './constants.ts';
import { readEnvironmentIfAllowed } from './environment.ts';
import { readHostIfAllowed } from './host-settings.ts';
import { emptyAsNull, type Level, LEVELS } from './levels.ts';
import type { CallContext, ScmCalls } from './scm-calls.ts';
import { readSecurity } from './security.ts';
import { S } from './structs.ts';

/** Reads every setting of a service, and lists those that this system doesn't have. */
export function readConfig(calls: ScmCalls, name: string): Promise<ConfigReading> {
  return calls.exclusive(async () => {
    const { base, levels, unsupported } = await calls.withService(
      name,
      ['QUERY_CONFIG'],
      `read the configuration of service "${name}"`,
      async (handle, context) => {
        const base = await readBase(calls, handle, context);
        const levels: Partial<Record<Setting, unknown>> = {};
        const unsupported: Setting[] = [];
        for (const level of LEVELS) {
          const value = await readLevel(calls, handle, level, context);
          if (value === undefined) unsupported.push(level.setting);
          else levels[level.setting] = value;
        }
        if (base.startType === 'auto' && (await readDelayed(calls, handle, context))) levels.startType = 'delayed';
        return { base, levels, unsupported };
      },
    );
    const securityDescriptor = await readSecurity(calls, name);
    const environment = await readEnvironmentIfAllowed(calls, name);
    const host = await readHostIfAllowed(calls, name);
    const displayName = base.displayName || name;
    if (securityDescriptor === undefined) unsupported.push('securityDescriptor');
    if (environment === undefined) unsupported.push('environment');
    if (host === undefined) unsupported.push('host');
    const others = dropUndefined({ securityDescriptor, environment, host: host?.value });
    const config = { ...base, displayName, ...levels, ...others };
    return { config: config as ServiceConfig, unsupported };
  });
}

type Base = Pick<
  ServiceConfig,
  | 'type'
  | 'interactive'
  | 'startType'
  | 'errorControl'
  | 'imagePath'
  | 'loadOrderGroup'
  | 'tag'
  | 'dependencies'
  | 'account'
  | 'displayName'
>;

async function readBase(calls: ScmCalls, handle: bigint, context: CallContext): Promise<Base> {
  return calls.query(
    'QueryServiceConfigW',
    (memory, needed) => [handle, memory.address, memory.buffer.length, needed.address],
    context,
    (memory) => decodeBase(new BlobReader(memory.buffer, memory.address)),
  );
}

export function decodeBase(reader: BlobReader): Base {
  const raw = reader.struct(S.QUERY_SERVICE_CONFIGW);
  return {
    type: nameOfCode(TYPE_BITS, raw.dwServiceType & TYPE_MASK, 'ownProcess'),
    interactive: (raw.dwServiceType & SERVICE_INTERACTIVE_PROCESS) !== 0,
    startType: nameOfCode<StartType>(START_CODES, raw.dwStartType, 'demand'),
    errorControl: nameOfCode(ERROR_CONTROL_CODES, raw.dwErrorControl, 'normal'),
    imagePath: reader.text(raw.lpBinaryPathName) ?? '',
    loadOrderGroup: emptyAsNull(reader.text(raw.lpLoadOrderGroup)),
    tag: raw.dwTagId,
    dependencies: reader.multiText(raw.lpDependencies),
    account: emptyAsNull(reader.text(raw.lpServiceStartName)),
    displayName: reader.text(raw.lpDisplayName) ?? '',
  };
}

async function readLevel(
  calls: ScmCalls,
  handle: bigint,
  { level, read }: Level,
  context: CallContext,
): Promise<unknown> {
  try {
    return await calls.query(
      'QueryServiceConfig2W',
      (memory, needed) => [handle, level, memory.address, memory.buffer.length, needed.address],
      context,
      (memory) => read(new BlobReader(memory.buffer, memory.address), S),
    );
  } catch (error) {
    if (isUnknownLevel(error)) return undefined;
    throw error;
  }
}

/** Codes of a level that an older system lacks; for PREFERRED_NODE also on a machine with one node. */
export function isUnknownLevel(error: unknown): boolean {
  return (
    error instanceof Win32Error &&
    (error.win32Code === ERROR.INVALID_LEVEL ||
      error.win32Code === ERROR.INVALID_PARAMETER ||
      error.win32Code === ERROR.FILE_NOT_FOUND)
  );
}

async function readDelayed(calls: ScmCalls, handle: bigint, context: CallContext): Promise<boolean> {
  const value = await readLevel(
    calls,
    handle,
    {
      level: LEVEL.DELAYED_AUTO_START,
      setting: 'startType',
      write: () => undefined,
      read: (reader, s) =>
        reader.struct(s.SERVICE_DELAYED_AUTO_START_INFO).fDelayedAutostart !== 0 ? 'delayed' : 'auto',
    },
    context,
  );
  return value === 'delayed';
}
