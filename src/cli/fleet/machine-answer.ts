/** Answer of a verb on one machine. */
export interface MachineAnswer {
  readonly exitCode: number;
  /** Answer of the verb, as it prints it with `--json`. */
  readonly data: unknown;
}
