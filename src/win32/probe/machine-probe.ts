import { dirname } from 'node:path';
import type { Ffi } from '../ffi/ffi.ts';
import type { MachineProbe } from '../../scm/machine-probe.ts';
import { createServiceFolders } from '../folders/service-folders.ts';
import { hasServiceLogon } from '../scm/logon-right.ts';
import { ScmCalls } from '../scm/scm-calls.ts';
import { probed } from '../probed.ts';
import { readAccessList } from './access-list.ts';
import { readArchitecture } from './pe-architecture.ts';
import { writableBy } from './writable-by.ts';

type FileProbe = Pick<MachineProbe, 'architecture' | 'writers' | 'logonRight' | 'folders'>;

/** Looks at files and accounts of this machine. What can't be looked at comes back with the reason, never as an error. */
export function createMachineProbe(openFfi: () => Ffi): FileProbe {
  return {
    architecture: (file) => probed(() => readArchitecture(file)),
    writers: (path) =>
      probed(() => {
        const ffi = openFfi();
        // Who may put a file beside the script can put a DLL or a package there.
        const lists = [path, dirname(path)].map((place) => readAccessList(ffi, place));
        return [...new Set(lists.flatMap(writableBy))];
      }),
    logonRight: (account) =>
      probed(() => {
        const ffi = openFfi();
        if (isWine(ffi)) throw new Error('Wine keeps no rights of accounts');
        return hasServiceLogon(new ScmCalls(ffi, undefined), account);
      }),
    folders: (request) =>
      probed(() => {
        // Every file there belongs to the one user.
        if (isWine(openFfi())) throw new Error('on Wine, every folder belongs to the same user');
        return createServiceFolders(openFfi).check(request);
      }),
  };
}

/** Only Wine exports this. */
function isWine(ffi: Ffi): boolean {
  try {
    ffi.symbol('ntdll.dll', 'wine_get_version');
    return true;
  } catch {
    return false;
  }
}
