import { ServiceError } from '../../errors/service-error.ts';
import type { ControlReport, ServiceReport } from '../../scm/service-config.ts';
import type { ClientControl, StopReasonInfo } from '../../scm/scm-client.ts';
import { CONTROL } from '../constants.ts';
import { buildBlob } from './blob.ts';
import { SERVICE_CONTROL_STATUS_REASON_INFO, type ServiceAccess } from './constants.ts';
import { decodeStatus } from './decode-status.ts';
import type { CallContext, ScmCalls } from './scm-calls.ts';
import { reasonCode } from './stop-reason.ts';
import { S } from './structs.ts';

const CONTROLS: Readonly<Record<Exclude<ClientControl, number>, number>> = {
  stop: CONTROL.STOP,
  pause: CONTROL.PAUSE,
  continue: CONTROL.CONTINUE,
  interrogate: CONTROL.INTERROGATE,
  paramChange: CONTROL.PARAMCHANGE,
  netBindAdd: CONTROL.NETBINDADD,
  netBindRemove: CONTROL.NETBINDREMOVE,
  netBindEnable: CONTROL.NETBINDENABLE,
  netBindDisable: CONTROL.NETBINDDISABLE,
};

/** Sends a control: ControlService, or ControlServiceEx if there is a reason and the system has that function. */
export function sendControl(
  calls: ScmCalls,
  name: string,
  control: ClientControl,
  reason: StopReasonInfo | undefined,
): Promise<ControlReport> {
  const code = typeof control === 'number' ? control : CONTROLS[control];
  const verb = typeof control === 'number' ? `send control ${control} to` : control === 'continue' ? 'resume' : control;
  return calls.exclusive(() =>
    calls.withService(name, [accessFor(control)], `${verb} service "${name}"`, (handle, context) =>
      // Without that function the reason is lost, but the service still has to stop.
      reason && hasControlEx(calls)
        ? controlWithReason(calls, handle, code, reason, context)
        : controlPlainly(calls, handle, code, context),
    ),
  );
}

/** Returns whether the system has ControlServiceEx: Windows 7 and later do, Wine doesn't. */
export function hasControlEx({ api }: ScmCalls): boolean {
  try {
    return Boolean(api.ControlServiceExW);
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'WINDOWS_ONLY') return false;
    throw error;
  }
}

async function controlPlainly(
  calls: ScmCalls,
  handle: bigint,
  code: number,
  context: CallContext,
): Promise<ControlReport> {
  const status = calls.ffi.alloc(S.SERVICE_STATUS_PROCESS.size);
  try {
    await calls.call('ControlService', [handle, code, status.address], context);
    return withoutPid(decodeStatus(status.buffer));
  } finally {
    status.free();
  }
}

async function controlWithReason(
  calls: ScmCalls,
  handle: bigint,
  code: number,
  reason: StopReasonInfo,
  context: CallContext,
): Promise<ControlReport> {
  const struct = S.SERVICE_CONTROL_STATUS_REASON_PARAMSW;
  const params = buildBlob(calls.ffi, (w) => {
    const root = w.reserve(struct.size);
    w.write(root, struct, { dwReason: reasonCode(reason), pszComment: w.text(reason.comment ?? null) });
  });
  try {
    await calls.call('ControlServiceExW', [handle, code, SERVICE_CONTROL_STATUS_REASON_INFO, params.address], context);
    return withoutPid(decodeStatus(params.buffer, struct.offsets.ServiceStatus));
  } finally {
    params.free();
  }
}

function withoutPid({ pid: _, ...report }: ServiceReport): ControlReport {
  return report;
}

function accessFor(control: ClientControl): ServiceAccess {
  if (typeof control === 'number') return 'USER_DEFINED_CONTROL';
  if (control === 'stop') return 'STOP';
  return control === 'interrogate' ? 'INTERROGATE' : 'PAUSE_CONTINUE';
}
