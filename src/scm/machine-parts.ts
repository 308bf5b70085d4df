import type { ServiceFolders } from './service-folders.ts';
import type { ServiceSources } from './service-source.ts';

/** Parts of a machine beside its SCM that belong to a service. Both are missing for another machine. */
export interface MachineParts {
  readonly sources?: ServiceSources | undefined;
  readonly folders?: ServiceFolders | undefined;
}
