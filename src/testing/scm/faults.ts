import type { Win32Symbol } from 'winsvc';
import { win32Code } from '../../errors/win32-codes.ts';
import { Win32Error } from '../../errors/win32-error.ts';

/** Calls that a test can make fail. `HandlerEx` doesn't fail but never answers: the caller gets 1053 after 30 s. */
export type FaultyCall =
  | 'WTSEnumerateSessionsW'
  | 'WTSQuerySessionInformationW'
  | 'WTSSendMessageW'
  | 'RegisterPowerSettingNotification'
  | 'RegisterDeviceNotificationW'
  | 'RegisterEventSourceW'
  | 'ReportEventW'
  | 'RegCreateKeyExW'
  | 'RegDeleteKeyExW'
  | 'SetSecurityInfo'
  | 'StartServiceCtrlDispatcherW'
  | 'SetServiceStatus'
  | 'HandlerEx'
  | 'OpenSCManagerW'
  | 'OpenServiceW'
  | 'CreateServiceW'
  | 'DeleteService'
  | 'StartServiceW'
  | 'ControlService'
  | 'ControlServiceExW'
  | 'QueryServiceStatusEx'
  | 'NotifyServiceStatusChangeW'
  | 'QueryServiceConfigW'
  | 'QueryServiceConfig2W'
  | 'ChangeServiceConfigW'
  | 'ChangeServiceConfig2W'
  | 'EnumServicesStatusExW'
  | 'EnumDependentServicesW'
  | 'GetServiceDisplayNameW'
  | 'GetServiceKeyNameW'
  | 'QueryServiceObjectSecurity'
  | 'SetServiceObjectSecurity'
  | 'RegConnectRegistryW'
  | 'RegQueryValueExW'
  | 'RegSetValueExW'
  | 'LsaOpenPolicy'
  | 'LsaAddAccountRights';

/** Failures that a test has ordered: each is used up by the next call of its name. */
export class Faults {
  readonly #ordered: { readonly call: FaultyCall; readonly symbol: Win32Symbol }[] = [];

  get unused(): readonly string[] {
    return this.#ordered.map(({ call, symbol }) => `${call} → ${symbol}`);
  }

  order(call: FaultyCall, symbol: Win32Symbol): void {
    this.#ordered.push({ call, symbol });
  }

  take(call: FaultyCall): Win32Symbol | undefined {
    const index = this.#ordered.findIndex((fault) => fault.call === call);
    return index < 0 ? undefined : this.#ordered.splice(index, 1)[0]?.symbol;
  }

  /** @throws Win32Error when a failure of the call was ordered. */
  check(call: FaultyCall, action: string, service: string): void {
    const symbol = this.take(call);
    if (symbol) throw new Win32Error({ api: call, win32Code: win32Code(symbol), action, service });
  }
}
