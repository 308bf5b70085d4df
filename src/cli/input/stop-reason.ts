import { STOP_AREAS, STOP_CAUSES, type StopReasonInfo } from '../../manager/index.ts';
import type { Arguments } from './arguments.ts';
import { suggestion } from './nearest.ts';
import type { Option } from '../command.ts';
import { UsageError } from './usage-error.ts';

/** Options for the reason of a stop. */
export const REASON: Readonly<Record<string, Option>> = {
  reason: {
    type: 'text',
    value: 'WHY',
    help: 'For the event log: maintenance, upgrade, reconfig, hung, securityFix … or planned:application:upgrade.',
  },
  comment: { type: 'text', value: 'TEXT', help: 'Comment for the event log, up to 127 characters.' },
};

/** Reads the reason of a stop: one word, three, or none. */
export function reasonOf(args: Arguments): StopReasonInfo | undefined {
  const text = args.text('reason');
  const comment = args.text('comment');
  if (text === undefined) return comment === undefined ? undefined : { comment };
  const parts = text.split(':');
  const [plan, area, cause] = parts.length === 1 ? [undefined, undefined, parts[0]] : parts;
  if (parts.length > 3 || parts.length === 2)
    throw new UsageError(`--reason must be one word, or three such as unplanned:application:hung; got "${text}".`);
  return {
    ...(plan !== undefined && { planned: word('planned or unplanned', plan, ['planned', 'unplanned']) === 'planned' }),
    ...(area !== undefined && { area: word('what it has to do with', area, STOP_AREAS) }),
    ...(cause !== undefined && { cause: word('why', cause, STOP_CAUSES) }),
    ...(comment !== undefined && { comment }),
  };
}

function word<const T extends string>(what: string, text: string, words: readonly T[]): T {
  const found = words.find((known) => known.toLowerCase() === text.trim().toLowerCase());
  if (found !== undefined) return found;
  throw new UsageError(
    `--reason must say ${what} with one of ${words.join(', ')}; got "${text}".${suggestion(text, words)}`,
  );
}
