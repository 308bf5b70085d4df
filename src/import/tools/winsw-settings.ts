import type { RecoveryAction } from '../../scm/recovery-config.ts';
import type { StartType } from '../../scm/service-config.ts';
import { splitArguments } from '../node-program.ts';
import { PASSWORD, type PlanBuilder, UNKNOWN } from '../plan-builder.ts';
import type { SettingElement } from '../read/xml-tree.ts';
import { parseFlag, parsePriority, parseTime, REALTIME, toAccount } from '../values.ts';
import { findSetting, valueOf, type WinswFile, withBase } from './winsw-file.ts';
import { lookUp } from '../../util/look-up.ts';

const START_MODES: Readonly<Record<string, StartType>> = {
  automatic: 'auto',
  manual: 'demand',
  disabled: 'disabled',
  boot: 'auto',
  system: 'auto',
};
const PRESHUTDOWN = 'winsvc stops a hosted program at SHUTDOWN, within the time that Windows gives';

/** Takes the settings of a WinSW file one by one. */
export class WinswSettings {
  readonly #plan: PlanBuilder;
  readonly #source: WinswFile;
  readonly #dependencies: string[] = [];
  readonly #failures: { type: RecoveryAction['type']; delay: number }[] = [];
  #resetPeriod: number | undefined;

  constructor(plan: PlanBuilder, source: WinswFile) {
    this.#plan = plan;
    this.#source = source;
  }

  /** Takes a setting by its name in lower case. Returns `false` for one without a counterpart. */
  take(name: string, element: SettingElement): boolean {
    const plan = this.#plan;
    const { name: setting, text } = element;
    switch (name) {
      case 'id':
        plan.spec(setting, 'name', text);
        break;
      case 'name':
        if (text === '') plan.note(setting, 'the name of the service');
        else plan.spec(setting, 'displayName', text);
        break;
      case 'description':
        if (text === '') plan.note(setting, 'no description');
        else plan.spec(setting, 'description', text);
        break;
      case 'startmode':
        this.#takeStartMode(setting, text);
        break;
      case 'delayedautostart':
        this.#takeDelayed(setting, text);
        break;
      case 'depend':
        this.#dependencies.push(text);
        plan.spec(setting, 'dependencies', this.#dependencies);
        break;
      // The second is the spelling of its documentation.
      case 'securitydescriptor':
      case 'securtitydescriptor':
        plan.spec(setting, 'securityDescriptor', text);
        break;
      case 'interactive':
        plan.drop(setting, 'a service has had no desktop since Windows Vista');
        break;
      case 'serviceaccount':
        this.#takeAccount(element);
        break;
      case 'onfailure':
        this.#takeFailure(element);
        break;
      case 'resetfailure':
      case 'resetfailureafter':
        this.#takeTime(element, (ms) => {
          this.#resetPeriod = ms;
          this.#setRecovery(setting);
        });
        break;
      case 'preshutdown':
        plan.note(setting, 'the stop at SHUTDOWN', parseFlag(text) === false ? undefined : PRESHUTDOWN);
        break;
      case 'preshutdowntimeout':
        this.#takeTime(element, (ms) => {
          plan.spec(setting, 'preshutdownTimeout', ms);
        });
        break;
      case 'stoptimeout':
        this.#takeTime(element, (ms) => {
          plan.host(setting, 'timeouts.stop', ms);
        });
        break;
      case 'env':
        this.#takeVariable(element);
        break;
      case 'prestart':
        this.#takeCommand(element, 'before');
        break;
      case 'poststop':
        this.#takeCommand(element, 'after');
        break;
      case 'priority':
        this.#takePriority(setting, text);
        break;
      case 'stopparentprocessfirst':
        plan.note(setting, 'the program stops first, then its children end');
        break;
      default:
        return false;
    }
    return true;
  }

  #startMode(): string {
    return findSetting(this.#source.root, 'startmode')?.text.toLowerCase() ?? 'automatic';
  }

  #takeStartMode(setting: string, text: string): void {
    const mode = lookUp(START_MODES, text.toLowerCase());
    const delayed = findSetting(this.#source.root, 'delayedautostart');
    const isDriver = /^(?:boot|system)$/i.test(text);
    if (mode === undefined) this.#plan.drop(setting, `"${text}" is not a start mode`);
    else if (mode === 'auto' && delayed && parseFlag(delayed.text) === true) this.#plan.note(setting, 'spec.startType');
    else this.#plan.spec(setting, 'startType', mode, isDriver ? `${text} is for drivers only` : undefined);
  }

  #takeDelayed(setting: string, text: string): void {
    if (parseFlag(text) !== true) this.#plan.note(setting, 'no delay, as by default');
    else if (lookUp(START_MODES, this.#startMode()) === 'auto') this.#plan.spec(setting, 'startType', 'delayed');
    else this.#plan.drop(setting, 'is for automatic services only');
  }

  #takeAccount(element: SettingElement): void {
    const plan = this.#plan;
    const user = valueOf(element, 'username') ?? valueOf(element, 'user');
    if (user) plan.spec('serviceaccount', 'account', toAccount(valueOf(element, 'domain'), user));
    else plan.drop('serviceaccount', 'names no account');
    for (const { name } of element.children) {
      const setting = `serviceaccount ${name}`;
      if (/^(?:password|prompt)$/i.test(name)) plan.drop(setting, PASSWORD);
      else if (/^allowservicelogon$/i.test(name)) plan.note(setting, 'winsvc grants the right to log on as a service');
      else if (!/^(?:user|username|domain)$/i.test(name)) plan.drop(setting, UNKNOWN);
    }
  }

  #takeFailure(element: SettingElement): void {
    const action = valueOf(element, 'action')?.toLowerCase();
    const delay = parseTime(valueOf(element, 'delay') ?? '0');
    if ((action !== 'restart' && action !== 'reboot' && action !== 'none') || delay === undefined) {
      this.#plan.drop(element.name, 'is not an action with a delay that winsvc knows');
      return;
    }
    this.#failures.push({ type: action, delay });
    this.#setRecovery(element.name);
  }

  #setRecovery(setting: string): void {
    const resetPeriod = this.#resetPeriod;
    const recovery = { actions: this.#failures, ...(resetPeriod !== undefined && { resetPeriod }) };
    this.#plan.spec(setting, 'recovery', recovery);
  }

  #takeTime({ name, text }: SettingElement, use: (ms: number) => void): void {
    const ms = parseTime(text);
    if (ms === undefined) this.#plan.drop(name, `"${text}" is not a time`);
    else use(ms);
  }

  #takeVariable(element: SettingElement): void {
    const name = valueOf(element, 'name');
    if (!name) this.#plan.drop(element.name, 'has no name');
    else
      this.#plan.variable(
        `${element.name} ${name}`,
        name,
        withBase(valueOf(element, 'value') ?? '', this.#source.folder),
      );
  }

  #takePriority(setting: string, text: string): void {
    const priority = parsePriority(text);
    if (priority) this.#plan.host(setting, 'priority', priority, /realtime/i.test(text) ? REALTIME : undefined);
    else this.#plan.drop(setting, `"${text}" is not a priority`);
  }

  #takeCommand(element: SettingElement, list: 'before' | 'after'): void {
    const file = valueOf(element, 'executable');
    if (!file) {
      this.#plan.drop(element.name, 'names no program');
      return;
    }
    const { folder, expand } = this.#source;
    const args = splitArguments(expand(withBase(valueOf(element, 'arguments') ?? '', folder)));
    this.#plan.command(element.name, list, { file: expand(withBase(file, folder)), args });
    for (const { name } of element.children) {
      const setting = `${element.name} ${name}`;
      if (/^std(?:out|err)path$/i.test(name)) this.#plan.drop(setting, 'the output goes to the log of the service');
      else if (!/^(?:executable|arguments)$/i.test(name)) this.#plan.drop(setting, UNKNOWN);
    }
  }
}
