import { win32Code } from '../../errors/win32-codes.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import type { ServiceFolderRequest, ServiceFolders } from '../../scm/service-folders.ts';
import { turn } from '../time/manual-clock.ts';
import type { Faults } from './faults.ts';

/** Folders of services on a mocked machine: a record of how they were prepared. Nothing is made on the disk. */
export class MockFolders {
  /** Preparations in their order: the service, its account and the folders that its spec names. */
  readonly prepared: ServiceFolderRequest[] = [];
  readonly #faults: Faults;

  /** @internal */
  constructor(faults: Faults) {
    this.#faults = faults;
  }

  /** Folders as a manager with or without the rights of an administrator sees them. @internal */
  seenBy(elevated: () => boolean): ServiceFolders {
    return {
      prepare: async (request) => {
        await turn();
        const action = `set the access list of the folders of ${request.service}`;
        this.#faults.check('SetSecurityInfo', action, request.service);
        if (!elevated())
          throw new Win32Error({ api: 'SetSecurityInfo', win32Code: win32Code('ERROR_ACCESS_DENIED'), action });
        this.prepared.push(request);
        return request.folders ?? [];
      },
      check: () => Promise.resolve([]),
    };
  }
}
