import type { HostCommand, HostSettings } from '../scm/host-settings.ts';
import { ServiceError } from '../errors/service-error.ts';
import type { ProgramOptions, ServiceSpec } from '../scm/service-spec.ts';
import type { ApproximatedSetting, DroppedSetting, ImportPlan, ImportTool, TakenSetting } from './import-plan.ts';

type Leaf<T, Path extends string> = Path extends `${infer Head}.${infer Rest}`
  ? Head extends keyof T
    ? Leaf<Exclude<NonNullable<T[Head]>, boolean | string>, Rest>
    : never
  : Path extends keyof T
    ? NonNullable<T[Path]>
    : never;
type HostPath =
  | Exclude<keyof HostSettings, 'env' | 'logging' | 'timeouts' | 'limits' | 'exitCodes'>
  | `logging.${'dir' | 'maxSize' | 'maxFiles' | 'interval' | 'compress' | 'captureOutput'}`
  | `timeouts.${'start' | 'stop'}`
  | 'limits.memory'
  | 'hang.timeout';

/** Reason for settings whose name isn't known. */
export const UNKNOWN = 'is not a known setting: check whether the program needs it';
/** Reason for every password. */
export const PASSWORD = 'passwords are never taken over: winsvc asks for it when the account needs one';

/** Collects what the settings of another tool become. */
export class PlanBuilder {
  readonly #from: ImportTool;
  readonly #spec: Record<string, unknown> = {};
  readonly #host: Record<string, unknown> = {};
  readonly #taken: TakenSetting[] = [];
  readonly #approximated: ApproximatedSetting[] = [];
  readonly #dropped: DroppedSetting[] = [];

  constructor(from: ImportTool) {
    this.#from = from;
  }

  /** Sets a setting of the service. @param why difference between the two, where there is one */
  spec<K extends Exclude<keyof ServiceSpec, 'environment' | 'program'>>(
    setting: string,
    key: K,
    value: NonNullable<ServiceSpec[K]>,
    why?: string,
  ): void {
    this.#spec[key] = value;
    this.note(setting, `spec.${key}`, why);
  }

  /** Sets a setting of the hosted program. */
  host<P extends HostPath>(setting: string, path: P, value: Leaf<HostSettings, P>, why?: string): void {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    let at = this.#host;
    for (const key of keys) at = (at[key] ??= {}) as Record<string, unknown>;
    at[last] = value;
    this.note(setting, `host.${path}`, why);
  }

  /** Adds a command to a list of them. */
  command(setting: string, list: 'before' | 'after', { file, args = [], ...rest }: HostCommand, why?: string): void {
    const commands = (this.#host[list] ??= []) as HostCommand[];
    commands.push({ file, ...(args.length > 0 && { args }), ...rest });
    this.note(setting, `host.${list}`, why);
  }

  /** Sets the meaning of an exit code. */
  exitCode(setting: string, code: number, meaning: 'stopped' | 'failed', why?: string): void {
    const codes = (this.#host['exitCodes'] ??= {}) as Record<number, string>;
    codes[code] = meaning;
    this.note(setting, `host.exitCodes.${code}`, why);
  }

  /** Sets a variable. Values with `%NAME%` are expanded when the program starts, which only the host block can. */
  variable(setting: string, name: string, value: string, why?: string): void {
    const expands = /%[^%]+%/.test(value);
    const at = expands ? this.#host : this.#spec;
    const key = expands ? 'env' : 'environment';
    const variables = (at[key] ??= {}) as Record<string, string>;
    // Windows looks variables up whatever their case: the last one wins.
    for (const other of Object.keys(variables))
      if (other.toLowerCase() === name.toLowerCase()) Reflect.deleteProperty(variables, other);
    variables[name] = value;
    if (expands) this.#host['expandEnv'] = true;
    this.note(setting, expands ? 'host.env' : 'spec.environment', why);
  }

  /** Sets the program. */
  program(setting: string, program: ProgramOptions, why?: string): void {
    this.#spec['program'] = program;
    this.note(setting, 'spec.program', why);
  }

  /** Reports a setting that winsvc does by itself, or that another call has set. */
  note(setting: string, becomes: string, why?: string): void {
    if (why === undefined) this.#taken.push({ setting, becomes });
    else this.#approximated.push({ setting, becomes, why });
  }

  /** Reports a setting that isn't taken over. */
  drop(setting: string, why: string): void {
    this.#dropped.push({ setting, why, ...(why === UNKNOWN && { isUnknown: true as const }) });
  }

  /** Returns the plan. @throws ServiceError INVALID_OPTIONS without a name or a program */
  build(): ImportPlan {
    const { name, program } = this.#spec;
    const missing = [typeof name === 'string' && name !== '' ? '' : 'a name', program ? '' : 'a program'].filter(
      Boolean,
    );
    if (missing.length > 0) {
      throw new ServiceError('INVALID_OPTIONS', `The settings of ${this.#from} have ${missing.join(' and ')} missing.`);
    }
    return {
      from: this.#from,
      spec: this.#spec as unknown as ServiceSpec,
      host: this.#host,
      taken: this.#taken,
      approximated: this.#approximated,
      dropped: this.#dropped,
    };
  }
}
