import type { FfiPort } from '../../ports/ffi-port.ts';
import type { MachineProbePort } from '../../ports/machine-probe-port.ts';
import { probed } from '../probed.ts';
import { KEY } from './constants.ts';
import { createEventSources } from './event-sources.ts';
import { Registry } from './registry-key.ts';

const SERVICES = 'SYSTEM\\CurrentControlSet\\Services';

/** Looks into the registry of this machine. */
export function createRegistryProbe(openFfi: () => FfiPort): Pick<MachineProbePort, 'deletionMark' | 'eventSource'> {
  return {
    deletionMark: (service) =>
      probed(() => {
        const registry = new Registry(openFfi());
        return (
          registry.with(`${SERVICES}\\${service}`, KEY.QUERY_VALUE, (key) => key.dword('DeleteFlag') === 1) ?? false
        );
      }),
    eventSource: (source) =>
      probed(() => {
        const sources = createEventSources(new Registry(openFfi()));
        return sources.logs().find((log) => sources.read(log, source) !== undefined) ?? null;
      }),
  };
}
