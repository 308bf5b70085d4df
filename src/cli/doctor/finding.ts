/** Result of a check. `skip`: it could not be made, and the text says why. */
export type Outcome = 'ok' | 'warn' | 'fail' | 'skip';

/** Finding of a check. */
export interface Finding {
  /** Stable, for programs: `image-path`. */
  readonly check: string;
  readonly outcome: Outcome;
  readonly found: string;
  /** Command to type, or an instruction where no command does it. */
  readonly repair?: string;
}

export const ok = (check: string, found: string): Finding => ({ check, outcome: 'ok', found });
export const warn = (check: string, found: string, repair?: string): Finding => make(check, 'warn', found, repair);
export const fail = (check: string, found: string, repair?: string): Finding => make(check, 'fail', found, repair);
export const skip = (check: string, why: string): Finding => ({ check, outcome: 'skip', found: `not checked: ${why}` });

function make(check: string, outcome: Outcome, found: string, repair: string | undefined): Finding {
  return { check, outcome, found, ...(repair === undefined ? {} : { repair }) };
}
