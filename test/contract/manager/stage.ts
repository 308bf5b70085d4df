import type { ServiceManager, ServiceSpec } from 'winsvc/manager';
import type { ScmKind } from '../driver.ts';
import type { Behaviour } from './behaviours.ts';

/** What a scenario of the manager is given: an SCM, and programs to install in it. */
export interface ManagerStage {
  readonly kind: ScmKind;
  readonly manager: ServiceManager;
  /** A manager of its own, as another program has; whoever asks closes it. */
  other(): Promise<ServiceManager>;
  /** A name that no service has; whoever gets it is removed after the scenario. */
  name(label?: string): string;
  /** A service that can be installed, and started: its program does this. */
  spec(name: string, behaviour?: Behaviour): ServiceSpec & { readonly imagePath: string };
  /** The start arguments that the service was given last. */
  startedWith(name: string): readonly string[];
  /** What the SCM has stored of a service's dependencies, by another way than the manager; groups with a `+`. */
  storedDependencies(name: string): Promise<readonly string[]>;
  /** Another program opens the service. Gives what closes the handle. */
  hold(name: string): () => void;
  /** TerminateProcess on the service's process; resolves when it is gone. */
  kill(name: string): Promise<void>;
  /** A setting that the SCM will refuse, after the others were applied. */
  refusedSetting(): { readonly securityDescriptor: string };
  after(ms: number, fn: () => void): void;
}

/** One sentence of the contract. It runs where the SCM is: in this process on the mock, in a Windows program otherwise. */
export interface Scenario {
  readonly sentence: string;
  run(stage: ManagerStage): Promise<void>;
}

export function scenario(sentence: string, run: (stage: ManagerStage) => Promise<void>): Scenario {
  return { sentence, run };
}

/** Removes whatever is left of these services; what can't be removed is the next scenario's loss, not this one's. */
export async function removeAll(manager: ServiceManager, names: readonly string[]): Promise<void> {
  for (const name of [...names].reverse())
    await manager.service(name).uninstall({ missingOk: true, dependents: true, timeout: '10s' });
}
