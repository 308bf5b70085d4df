import type { Duration } from '../../../util/duration.ts';
import type { AdminContext } from '../../context.ts';
import type { AdminTargetReport, AdminWatchdogSource } from '../../options/admin-options.ts';
import { canSee, type Principal } from '../../security/principal.ts';
import { ApiError } from '../api-error.ts';
import { json } from '../respond.ts';
import { route } from '../route.ts';
import {
  pauseSchema,
  reloadSchema,
  targetParams,
  targetSchema,
  watchdogSchema,
  type AdminWatchdogTarget,
} from '../schemas/system.ts';

export const getWatchdog = route({
  method: 'GET',
  path: '/watchdog',
  id: 'getWatchdog',
  tag: 'watchdog',
  summary: 'Shows the targets of the watchdog and their incidents.',
  access: 'viewer',
  answers: { 200: { description: 'The targets.', schema: watchdogSchema } },
  handle({ principal }, context) {
    const targets = source(context).report();
    return json({
      targets: targets.filter(({ name }) => canSee(principal, name)).map((target) => toTarget(target, context)),
    });
  },
});

export const pauseTarget = route({
  method: 'POST',
  path: '/watchdog/{target}/pause',
  id: 'pauseTarget',
  tag: 'watchdog',
  summary: 'Leaves a target alone for a time.',
  access: 'operator',
  params: targetParams,
  body: pauseSchema,
  answers: { 200: { description: 'The target.', schema: targetSchema } },
  handle: ({ params, body, principal }, context) => pause(params.target, body.for as Duration, principal, context),
});

export const resumeTarget = route({
  method: 'POST',
  path: '/watchdog/{target}/resume',
  id: 'resumeTarget',
  tag: 'watchdog',
  summary: 'Ends the pause of a target.',
  access: 'operator',
  params: targetParams,
  answers: { 200: { description: 'The target.', schema: targetSchema } },
  handle: ({ params, principal }, context) => pause(params.target, 0, principal, context),
});

export const reloadConfig = route({
  method: 'POST',
  path: '/config/reload',
  id: 'reloadConfig',
  tag: 'machine',
  summary: 'Reads the configuration of the hosting service again.',
  access: 'operator',
  answers: { 200: { description: 'It was read.', schema: reloadSchema } },
  async handle(_call, { options }) {
    if (!options.reload) throw new ApiError('NOT_CONFIGURED', { detail: 'The option "reload" is missing.' });
    await options.reload();
    return json({ reloaded: true });
  },
});

function pause(name: string, time: Duration, principal: Principal, context: AdminContext): Response {
  const watchdog = source(context);
  const target = watchdog.report().find((its) => its.name.toLowerCase() === name.toLowerCase());
  if (!target)
    throw new ApiError('NOT_FOUND', {
      detail: `The watchdog has no target "${name}".`,
      hint: 'GET /api/v1/watchdog lists them.',
    });
  if (!canSee(principal, target.name)) throw new ApiError('FORBIDDEN_SERVICE');
  if (!context.isWritable(target.name)) throw new ApiError('NOT_WRITABLE');
  watchdog.pause(target.name, time);
  context.hub.publish('watchdog', target.name, { target: target.name });
  const now = watchdog.report().find((its) => its.name === target.name) ?? target;
  return json(toTarget(now, context));
}

function source({ options }: AdminContext): AdminWatchdogSource {
  if (options.watchdog) return options.watchdog;
  throw new ApiError('NOT_CONFIGURED', { detail: 'The option "watchdog" is missing.' });
}

function toTarget(target: AdminTargetReport, { incidents }: AdminContext): AdminWatchdogTarget {
  const { name, state, since, reason, recentActions, lastActionAt, heldBy, quietUntil } = target;
  return {
    name,
    state,
    since: since.toISOString(),
    reason,
    recentActions,
    ...(lastActionAt && { lastActionAt: lastActionAt.toISOString() }),
    ...(heldBy !== undefined && { heldBy }),
    ...(quietUntil && { quietUntil: quietUntil.toISOString() }),
    history: (incidents?.of(name) ?? []).map((incident) => ({
      since: incident.since.toISOString(),
      ...(incident.until && { until: incident.until.toISOString() }),
      reason: incident.reason,
      actions: incident.actions.map(({ at, action, error }) => ({
        at: at.toISOString(),
        action,
        ...(error !== undefined && { error }),
      })),
    })),
  };
}
