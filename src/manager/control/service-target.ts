import type { ScmClient } from '../../scm/scm-client.ts';
import type { Clock } from '../../util/clock.ts';

/** A service, and the SCM that has it. */
export interface ServiceTarget {
  readonly client: ScmClient;
  readonly clock: Clock;
  readonly name: string;
}
