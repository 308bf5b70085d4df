import type { ReleaseFiles } from '../upgrade-parts.ts';
import type { PendingSwitch, ReleaseState, SwitchPhase } from './release-state.ts';

/** Record of a service's releases, in memory and on disk. On disk it is never behind: it is written before a step. */
export class ReleaseJournal {
  readonly root: string;
  readonly #files: ReleaseFiles;
  #state: ReleaseState;

  constructor(files: ReleaseFiles, root: string, state: ReleaseState) {
    this.#files = files;
    this.root = root;
    this.#state = state;
  }

  get state(): ReleaseState {
    return this.#state;
  }

  /** The switch that has begun. */
  get pending(): PendingSwitch {
    const { pending } = this.#state;
    if (!pending) throw new TypeError('no switch has begun');
    return pending;
  }

  /** Writes a state; the one before stays where that fails. */
  async save(state: ReleaseState): Promise<void> {
    await this.#files.writeState(this.root, state);
    this.#state = state;
  }

  /** Writes that the next step of the switch is about to be made. */
  async enter(phase: SwitchPhase): Promise<void> {
    await this.save({ ...this.#state, pending: { ...this.pending, phase } });
  }
}
