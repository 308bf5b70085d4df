import type { AdminActionEvent, AdminTargetReport, AdminWatchdogSource } from '../options/admin-options.ts';

/** Time in which a target of the watchdog did not work, and the actions. */
export interface Incident {
  readonly since: Date;
  until?: Date;
  reason: string;
  readonly actions: { readonly at: Date; readonly action: string; error?: string }[];
}

const KEPT = 20;
/** States without a problem. */
const WELL = new Set(['normal', 'off']);

/** Incidents of each target since this server started: one row for many events. */
export class Incidents {
  readonly #byTarget = new Map<string, Incident[]>();
  readonly #source: AdminWatchdogSource;
  readonly #now: () => number;
  readonly #changed: (target: string) => void;

  /** @param changed called with the name of each target that has changed */
  constructor(source: AdminWatchdogSource, now: () => number, changed: (target: string) => void) {
    this.#source = source;
    this.#now = now;
    this.#changed = changed;
    source.on('change', this.#onChange);
    source.on('action', this.#onAction);
    source.on('actionEnd', this.#onActionEnd);
  }

  /** Returns the incidents of a target, the newest first. */
  of(target: string): readonly Incident[] {
    return this.#byTarget.get(target) ?? [];
  }

  /** Stops listening. */
  close(): void {
    this.#source.off('change', this.#onChange);
    this.#source.off('action', this.#onAction);
    this.#source.off('actionEnd', this.#onActionEnd);
  }

  readonly #onChange = ({ name, state, reason }: AdminTargetReport): void => {
    const current = this.#current(name);
    if (WELL.has(state)) {
      if (current) current.until = new Date(this.#now());
    } else if (current) {
      if (reason !== '') current.reason = reason;
    } else {
      const incidents = this.#byTarget.get(name) ?? [];
      this.#byTarget.set(name, incidents);
      incidents.unshift({ since: new Date(this.#now()), reason, actions: [] });
      incidents.splice(KEPT);
    }
    this.#changed(name);
  };

  readonly #onAction = ({ target, action }: AdminActionEvent): void => {
    this.#current(target)?.actions.push({ at: new Date(this.#now()), action });
    this.#changed(target);
  };

  readonly #onActionEnd = ({ target }: AdminActionEvent, error: Error | undefined): void => {
    const last = this.#current(target)?.actions.at(-1);
    if (last && error) last.error = error.message;
    this.#changed(target);
  };

  #current(target: string): Incident | undefined {
    const newest = this.#byTarget.get(target)?.[0];
    return newest?.until === undefined ? newest : undefined;
  }
}
