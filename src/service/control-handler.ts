import type { HostConnection } from '../host/service-host.ts';
import type { ControlEvent } from '../scm/controls.ts';
import type { ServiceContext } from './context/context.ts';
import { SessionChange } from './context/session-change.ts';
import type { ControlHandlers, ServiceDefinition } from './options/service-options.ts';

/** Handler of a control, with its name for messages. */
export interface ControlHandler {
  readonly name: string;
  readonly run: (ctx: ServiceContext) => unknown;
}

/** Controls without data: their handlers get the context alone. */
const PLAIN: readonly string[] = ['paramChange', 'triggerEvent', 'lowResources', 'systemLowResources'];

/** Finds the handler of the definition for a control; undefined when it has none. */
export function controlHandler(
  { on, commands }: ServiceDefinition,
  event: ControlEvent,
  host: Pick<HostConnection, 'sessionUser'>,
): ControlHandler | undefined {
  if (event.type === 'command') {
    const command = commands.find(({ code }) => code === event.code);
    return command && { name: `commands.${command.name}`, run: command.run };
  }
  const handler = on[event.type as keyof ControlHandlers] as ((...args: unknown[]) => unknown) | undefined;
  if (!handler) return undefined;
  const data = event.type === 'sessionChange' ? new SessionChange(event, host) : event;
  const run = PLAIN.includes(event.type)
    ? (ctx: ServiceContext) => handler.call(on, ctx)
    : (ctx: ServiceContext) => handler.call(on, data, ctx);
  return { name: `on.${event.type}`, run };
}
