import type { Ffi } from '../ffi/ffi.ts';
import type { MachineProbe } from '../../scm/machine-probe.ts';
import { probed } from '../probed.ts';
import { KEY } from '../registry/constants.ts';
import { createEventSources } from './event-sources.ts';
import { Registry } from '../registry/registry-key.ts';
import { readRegistryTree } from '../registry/registry-tree.ts';

const SERVICES = 'SYSTEM\\CurrentControlSet\\Services';

/** Looks into the registry of this machine. */
export function createRegistryProbe(
  openFfi: () => Ffi,
): Pick<MachineProbe, 'deletionMark' | 'eventSource' | 'parameters'> {
  return {
    deletionMark: (service) =>
      probed(() => {
        const registry = new Registry(openFfi());
        return (
          registry.with(`${SERVICES}\\${service}`, KEY.QUERY_VALUE, (key) => key.dword('DeleteFlag') === 1) ?? false
        );
      }),
    parameters: (service) =>
      probed(() => readRegistryTree(new Registry(openFfi()), `${SERVICES}\\${service}\\Parameters`) ?? null),
    eventSource: (source) =>
      probed(() => {
        const sources = createEventSources(new Registry(openFfi()));
        return sources.logs().find((log) => sources.read(log, source) !== undefined) ?? null;
      }),
  };
}
