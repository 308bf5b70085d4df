import { pipeDetachedOutput } from './hosting/detached-output.ts';
import { toJobRules } from './hosting/job-rules.ts';
import type { HostSettings } from './scm/host-settings.ts';
import { openFfi } from './win32/ffi/open-ffi.ts';
import { containProcess } from './win32/job/contain-process.ts';

/** Makes limits, priority, affinity and `children` hold for this process, before its program runs. @throws Win32Error */
export function containProgram(settings: HostSettings): void {
  const rules = toJobRules(settings);
  if (rules) containProcess(openFfi(), rules);
  if (settings.children !== 'keep') pipeDetachedOutput();
}
