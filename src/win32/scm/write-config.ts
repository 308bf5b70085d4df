import type { ConfigChange } from '../../scm/service-config.ts';
import { BASE_SETTINGS } from '../../scm/base-settings.ts';
import type { FfiValue, NativeMemory } from '../ffi/ffi.ts';
import { buildBlob, encodeMultiText } from './blob.ts';
import {
  ERROR_CONTROL_CODES,
  LEVEL,
  SERVICE_INTERACTIVE_PROCESS,
  SERVICE_NO_CHANGE,
  START_CODES,
  TYPE_BITS,
  type ServiceAccess,
} from './constants.ts';
import { writeEnvironment } from './environment.ts';
import { writeHost } from './host-settings.ts';
import { type Level, LEVELS } from './levels.ts';
import { withPrivilege } from './privilege.ts';
import type { CallContext, ScmCalls } from './scm-calls.ts';
import { writeSecurity } from './security.ts';
import { S } from './structs.ts';

/** Creates a service with the settings that CreateServiceW takes; {@link changeConfig} sets the others. */
export function createService(
  calls: ScmCalls,
  name: string,
  config: ConfigChange & { readonly imagePath: string },
): Promise<void> {
  return calls.exclusive(async () => {
    const context: CallContext = { action: `install service "${name}"`, service: name };
    const manager = await calls.manager('CREATE_SERVICE', context);
    await withTail(calls, config, async (tagOut, dependencies) => {
      const handle = (await calls.call(
        'CreateServiceW',
        [
          manager,
          name,
          config.displayName ?? name,
          // The handle is only closed.
          0,
          typeBits(config) ?? TYPE_BITS.ownProcess,
          START_CODES[config.startType ?? 'demand'],
          ERROR_CONTROL_CODES[config.errorControl ?? 'normal'],
          config.imagePath,
          config.loadOrderGroup ?? null,
          tagOut,
          dependencies,
          config.account ?? null,
          config.password ?? null,
        ],
        context,
      )) as bigint;
      calls.openHandles += 1;
      calls.closeHandle(handle);
    });
  });
}

/** Applies a change: first the settings of ChangeServiceConfigW, then each level, then security and environment. */
export function changeConfig(calls: ScmCalls, name: string, change: ConfigChange): Promise<void> {
  return calls.exclusive(async () => {
    const levels = LEVELS.filter(({ setting }) => change[setting] !== undefined);
    const hasBase = BASE_SETTINGS.some((setting) => change[setting] !== undefined);
    const action = `configure service "${name}"`;
    if (hasBase || levels.length > 0) {
      const access: ServiceAccess[] = ['CHANGE_CONFIG'];
      // The SCM requires SERVICE_START of a caller that sets a restart.
      if (change.recovery?.actions.some(({ type }) => type === 'restart')) access.push('START');
      await calls.withService(name, access, action, async (handle, context) => {
        if (hasBase) await changeBase(calls, handle, change, context);
        if (change.startType !== undefined) await changeDelayed(calls, handle, change.startType, context);
        for (const level of levels) await changeLevel(calls, handle, level, change, context);
      });
    }
    if (change.securityDescriptor !== undefined) await writeSecurity(calls, name, change.securityDescriptor);
    if (change.environment !== undefined) await writeEnvironment(calls, name, change.environment);
    if (change.host !== undefined) await writeHost(calls, name, change.host);
  });
}

async function changeBase(calls: ScmCalls, handle: bigint, change: ConfigChange, context: CallContext): Promise<void> {
  await withTail(calls, change, async (tagOut, dependencies) => {
    await calls.call(
      'ChangeServiceConfigW',
      [
        handle,
        typeBits(change) ?? SERVICE_NO_CHANGE,
        change.startType === undefined ? SERVICE_NO_CHANGE : START_CODES[change.startType],
        change.errorControl === undefined ? SERVICE_NO_CHANGE : ERROR_CONTROL_CODES[change.errorControl],
        change.imagePath ?? null,
        // NULL keeps, the empty string clears.
        change.loadOrderGroup === undefined ? null : (change.loadOrderGroup ?? ''),
        tagOut,
        dependencies,
        change.account ?? null,
        change.password ?? null,
        change.displayName ?? null,
      ],
      context,
    );
  });
}

async function changeLevel(
  calls: ScmCalls,
  handle: bigint,
  { level, setting, write }: Level,
  change: ConfigChange,
  context: CallContext,
): Promise<void> {
  const memory = buildBlob(calls.ffi, (writer) => {
    write(writer, S, change[setting] as never);
  });
  const own = { ...context, action: `set ${setting} of service "${context.service ?? ''}"` };
  const call = (): Promise<unknown> => calls.call('ChangeServiceConfig2W', [handle, level, memory.address], own);
  // A caller that sets a reboot needs the privilege for it.
  const reboots = setting === 'recovery' && change.recovery?.actions.some(({ type }) => type === 'reboot');
  await callWith(memory, () => (reboots ? withPrivilege(calls, 'SeShutdownPrivilege', own, call) : call()));
}

async function changeDelayed(
  calls: ScmCalls,
  handle: bigint,
  startType: ConfigChange['startType'],
  context: CallContext,
): Promise<void> {
  // A system without this level (Wine 8) has no delayed start either; only asking for one is an error there.
  const delayed = startType === 'delayed';
  const memory = calls.ffi.alloc(S.SERVICE_DELAYED_AUTO_START_INFO.size);
  S.SERVICE_DELAYED_AUTO_START_INFO.write(memory.buffer, { fDelayedAutostart: delayed ? 1 : 0 });
  await callWith(memory, async () => {
    const { value, lastError } = await calls.api.ChangeServiceConfig2W.async(
      handle,
      LEVEL.DELAYED_AUTO_START,
      memory.address,
    );
    if (!value && delayed)
      throw calls.error('ChangeServiceConfig2W', lastError, {
        ...context,
        action: `set the delayed start of service "${context.service ?? ''}"`,
      });
  });
}

/** Builds the two arguments that are memory: room for the tag that the SCM assigns, and the list of dependencies. */
async function withTail(
  calls: ScmCalls,
  change: ConfigChange,
  fn: (tag: FfiValue, dependencies: FfiValue) => Promise<void>,
): Promise<void> {
  const tag = change.tag !== undefined && change.loadOrderGroup ? calls.ffi.alloc(8) : undefined;
  const list = change.dependencies && encodeMultiText(change.dependencies);
  const dependencies = list && calls.ffi.alloc(list.length);
  if (list) list.copy(dependencies?.buffer ?? Buffer.alloc(0));
  try {
    await fn(tag?.address ?? null, dependencies?.address ?? null);
  } finally {
    tag?.free();
    dependencies?.free();
  }
}

function typeBits({ type, interactive }: ConfigChange): number | undefined {
  if (type === undefined && interactive === undefined) return undefined;
  return TYPE_BITS[type ?? 'ownProcess'] | (interactive ? SERVICE_INTERACTIVE_PROCESS : 0);
}

async function callWith<T>(memory: NativeMemory, fn: () => Promise<T>): Promise<T> {
  try {
    return await fn();
  } finally {
    memory.free();
  }
}
