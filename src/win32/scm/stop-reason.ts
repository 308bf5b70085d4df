import type { StopArea, StopCause } from '../../scm/stop-reason.ts';
import type { StopReasonInfo } from '../../scm/scm-client.ts';

/** SERVICE_STOP_REASON_*. https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_control_status_reason_paramsw */
export const PLANNED = 0x4000_0000;
export const UNPLANNED = 0x1000_0000;
export const AREA_CODES: Record<StopArea, number> = {
  other: 0x1_0000,
  hardware: 0x2_0000,
  operatingSystem: 0x3_0000,
  software: 0x4_0000,
  application: 0x5_0000,
  none: 0x6_0000,
};
export const CAUSE_CODES: Record<StopCause, number> = {
  other: 1,
  maintenance: 2,
  installation: 3,
  upgrade: 4,
  reconfig: 5,
  hung: 6,
  unstable: 7,
  disk: 8,
  networkCard: 9,
  environment: 10,
  hardwareDriver: 11,
  otherDriver: 12,
  servicePack: 13,
  softwareUpdate: 14,
  securityFix: 15,
  security: 16,
  networkConnectivity: 17,
  wmi: 18,
  servicePackUninstall: 19,
  softwareUpdateUninstall: 20,
  securityFixUninstall: 21,
  mmc: 22,
  none: 23,
};

/** Encodes dwReason: planned or not, area, and cause. */
export function reasonCode({ code, planned = true, area = 'application', cause = 'none' }: StopReasonInfo): number {
  return code ?? (planned ? PLANNED : UNPLANNED) + AREA_CODES[area] + CAUSE_CODES[cause];
}
