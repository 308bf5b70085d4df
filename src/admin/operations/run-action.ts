import { ApiError } from '../api/api-error.ts';
import type { OperationRequest } from '../api/schemas/operation.ts';
import type { ServiceClient } from '../../manager/index.ts';
import type { ServiceReport } from '../../scm/service-config.ts';
import type { Duration } from '../../util/duration.ts';

/** Callbacks of a running action. */
export interface ActionWatch {
  /** Ends the wait, not the action. */
  readonly signal: AbortSignal;
  readonly onProgress: (report: ServiceReport) => void;
}

/**
 * Performs an action and waits for its final state. A start of a running service, and a stop of a stopped one, succeed.
 */
export async function runAction(
  client: ServiceClient,
  request: OperationRequest,
  commands: Readonly<Record<string, number>>,
  watch: ActionWatch,
): Promise<void> {
  const { action, args = [], dependents = false, reason } = request;
  const wait = { ...watch, timeout: (request.timeout ?? '30s') as Duration };
  const stop = {
    ...wait,
    dependents,
    ...(reason !== undefined && { reason: { planned: true, area: 'other', cause: 'other', comment: reason } as const }),
  };
  switch (action) {
    case 'start':
      await client.start({ ...wait, args });
      return;
    case 'stop':
      await client.stop(stop);
      return;
    case 'restart':
      await client.restart({ ...stop, args });
      return;
    case 'pause':
      await client.pause(wait);
      return;
    case 'continue':
      await client.resume(wait);
      return;
    case 'command':
      await client.command(codeOf(request.command, commands));
  }
}

/** Refuses combinations of fields that are invalid together. @throws ApiError INVALID_REQUEST */
export function checkRequest(request: OperationRequest, commands: Readonly<Record<string, number>>): void {
  const { action, args, command, dependents } = request;
  const problems: { path: string; message: string }[] = [];
  if (action === 'command') codeOf(command, commands);
  else if (command !== undefined) problems.push({ path: 'command', message: 'is for the action command only' });
  if (args && action !== 'start' && action !== 'restart')
    problems.push({ path: 'args', message: 'is for the actions start and restart only' });
  if (args?.some((arg) => arg.includes('\0'))) problems.push({ path: 'args', message: 'must not have NUL characters' });
  if (dependents && action !== 'stop' && action !== 'restart')
    problems.push({ path: 'dependents', message: 'is for the actions stop and restart only' });
  if (problems.length > 0) throw new ApiError('INVALID_REQUEST', { detail: listed(problems), problems });
}

function codeOf(command: string | number | undefined, commands: Readonly<Record<string, number>>): number {
  if (typeof command === 'number') return command;
  if (command !== undefined && Object.hasOwn(commands, command)) return commands[command] as number;
  const known = Object.keys(commands).join(', ') || 'none';
  const message =
    command === undefined
      ? `is missing: give a code from 128 to 255, or a name; names that this server knows: ${known}`
      : `"${command}" is not known; names that this server knows: ${known}. Give the code, or the option "commands" of createAdmin`;
  throw new ApiError('INVALID_REQUEST', { detail: `command ${message}.`, problems: [{ path: 'command', message }] });
}

function listed(problems: readonly { path: string; message: string }[]): string {
  return problems.map(({ path, message }) => `${path} ${message}`).join('; ');
}
