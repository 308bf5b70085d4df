import type { ControlEvent } from '../scm/controls.ts';
import type { ServiceContext } from './context.ts';
import type { ServiceDefinition } from './definition.ts';
import { SessionChange } from './session-change.ts';
import type { HostConnection } from '../host/service-host.ts';

interface Handler {
  readonly name: string;
  readonly run: (ctx: ServiceContext) => unknown;
}

/** The handler of the definition that an event belongs to. */
export function handlerFor(
  { on, commands }: ServiceDefinition,
  event: ControlEvent,
  host: Pick<HostConnection, 'sessionUser'>,
): Handler | undefined {
  switch (event.type) {
    case 'command': {
      const command = commands.find(({ code }) => code === event.code);
      return command && { name: `commands.${command.name}`, run: command.run };
    }
    case 'paramChange':
    case 'triggerEvent':
    case 'lowResources':
    case 'systemLowResources':
      return { name: `on.${event.type}`, run: (ctx) => on[event.type]?.(ctx) };
    case 'netBind':
      return { name: 'on.netBind', run: (ctx) => on.netBind?.(event, ctx) };
    case 'hardwareProfileChange':
      return { name: 'on.hardwareProfileChange', run: (ctx) => on.hardwareProfileChange?.(event, ctx) };
    case 'deviceEvent':
      return { name: 'on.deviceEvent', run: (ctx) => on.deviceEvent?.(event, ctx) };
    case 'powerEvent':
      return { name: 'on.powerEvent', run: (ctx) => on.powerEvent?.(event, ctx) };
    case 'sessionChange':
      return { name: 'on.sessionChange', run: (ctx) => on.sessionChange?.(new SessionChange(event, host), ctx) };
    case 'timeChange':
      return { name: 'on.timeChange', run: (ctx) => on.timeChange?.(event, ctx) };
    default:
      return undefined;
  }
}
