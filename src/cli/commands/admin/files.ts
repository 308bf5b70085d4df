import { join } from 'node:path';
import { serviceFolder } from '../../../util/service-folder.ts';
import type { Arguments } from '../../input/arguments.ts';
import type { Option } from '../../command.ts';

/** Name of the service that `winsvc admin install` installs. */
export const ADMIN_SERVICE = 'WinsvcAdmin';

/** Option of the verbs that use the file of tokens. */
export const FILE_OPTION: Readonly<Record<string, Option>> = {
  file: {
    type: 'text',
    value: 'FILE',
    help: `File of the tokens. Default tokens.json in the folder "access" of ${ADMIN_SERVICE} in ProgramData.`,
  },
};

/** Private folders of the service: tokens and audit log. The folder of the service itself is readable by every user. */
export function adminFolders(): { readonly access: string; readonly audit: string } {
  return {
    access: join(serviceFolder(ADMIN_SERVICE), 'access'),
    audit: join(serviceFolder(ADMIN_SERVICE, 'logs'), 'audit'),
  };
}

/** Returns the file of tokens that a command works on. */
export function tokenFile(args: Arguments): string {
  return args.text('file') ?? join(adminFolders().access, 'tokens.json');
}
