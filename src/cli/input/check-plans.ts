import { ServiceError } from '../../errors/service-error.ts';
import type { ImportPlan } from '../../import/import-plan.ts';
import type { Option } from '../command.ts';

/** Option of {@link checkPlans}. */
export const SKIP_UNKNOWN: Readonly<Record<string, Option>> = {
  'skip-unknown': { type: 'flag', help: 'Leave out settings that winsvc does not know. Default: they are an error.' },
};

/**
 * Refuses plans with settings that winsvc doesn't know, because one that is misspelled may be what the program needs, and
 * plans for services of the same name.
 *
 * @throws ServiceError INVALID_OPTIONS that names all of them
 */
export function checkPlans(plans: readonly ImportPlan[], skipUnknown: boolean): void {
  const names = plans.map(({ spec }) => spec.name);
  // Names of services have no case.
  const isTaken = (name: string, at: number): boolean =>
    names.slice(0, at).some((other) => other.toLowerCase() === name.toLowerCase());
  const twice = names.filter(isTaken).map((name) => `  - several services have the name "${name}"`);
  const unknown = plans.flatMap(({ spec, dropped }) =>
    dropped.filter(({ isUnknown }) => isUnknown).map(({ setting }) => `  - ${spec.name}: ${setting} isn't known`),
  );
  const problems = [...twice, ...(skipUnknown ? [] : unknown)];
  if (problems.length === 0) return;
  const skip = unknown.length > 0 && !skipUnknown ? ' --skip-unknown leaves out what is not known.' : '';
  throw new ServiceError(
    'INVALID_OPTIONS',
    `The settings have mistakes, so nothing was changed:\n${problems.join('\n')}\nCorrect or remove them.${skip}`,
    { details: { services: names } },
  );
}
