import { Win32Error } from '../../errors/win32-error.ts';
import type { ConfigReading, ServiceConfig, Setting } from '../../scm/service-config.ts';
import { dropUndefined } from '../../util/drop-undefined.ts';
import { BlobReader } from './blob.ts';
import { ERROR, LEVEL } from './constants.ts';
import { type BaseConfig, decodeBase } from './decode-base.ts';
import { readEnvironmentIfAllowed } from './environment.ts';
import { readHostIfAllowed } from './host-settings.ts';
import { type Level, LEVELS } from './levels.ts';
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

async function readBase(calls: ScmCalls, handle: bigint, context: CallContext): Promise<BaseConfig> {
  return calls.query(
    'QueryServiceConfigW',
    (memory, needed) => [handle, memory.address, memory.buffer.length, needed.address],
    context,
    (memory) => decodeBase(new BlobReader(memory.buffer, memory.address)),
  );
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
