import * as z from 'zod/mini';
import { checkOptions, isObject, type OptionProblem } from '../../errors/check-options.ts';
import { instanceLabel, serviceOptionsSchema } from './options-schema.ts';
import type { ServiceOptions } from './service-options.ts';

/** Checks the options of `defineService`. @throws ServiceError INVALID_OPTIONS that lists everything that is wrong. */
export function checkServiceOptions(options: ServiceOptions): void {
  checkOptions('defineService', serviceOptionsSchema(options), options, () => crossProblems(options));
}

/** Checks the name of an instance of the service `base`. @throws ServiceError INVALID_OPTIONS */
export function checkInstance(base: string, instance: string): void {
  checkOptions(`instance of "${base}"`, z.strictObject({ instance: instanceLabel() }), { instance });
}

/** Finds problems that no single option shows: pairs that belong together, codes that are used twice. */
function crossProblems({ pause, resume, commands, on, notifications }: ServiceOptions): OptionProblem[] {
  const problems: OptionProblem[] = [];
  const wanted: Record<string, unknown> = isObject(notifications) ? notifications : {};
  const handled: Record<string, unknown> = isObject(on) ? on : {};
  if (wanted['power'] && !handled['powerEvent'])
    problems.push({ path: 'on.powerEvent', message: 'is missing: notifications.power needs a handler' });
  if (wanted['devices'] && !handled['deviceEvent'])
    problems.push({ path: 'on.deviceEvent', message: 'is missing: notifications.devices needs a handler' });
  if (pause && !resume)
    problems.push({ path: 'resume', message: 'is missing: a service that can pause must be able to resume' });
  if (resume && !pause)
    problems.push({ path: 'pause', message: 'is missing: a service that can resume must be able to pause' });
  const byCode = new Map<number, string>();
  for (const [name, command] of Object.entries(isObject(commands) ? commands : {})) {
    if (!isObject(command) || typeof command.code !== 'number') continue;
    const other = byCode.get(command.code);
    if (other)
      problems.push({ path: `commands.${name}.code`, message: `${command.code} is the code of commands.${other} too` });
    byCode.set(command.code, name);
  }
  return problems;
}
