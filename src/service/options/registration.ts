import type { HostRegistration } from '../../host/service-host.ts';
import type { ServiceDefinition } from './service-options.ts';

/** Creates the registration of a service with its host. */
export function toRegistration(definition: ServiceDefinition): HostRegistration {
  const { name, accepts, commands, budgets, hang, eventLog, on, notifications, recoverAfterFailedStop } = definition;
  return {
    name,
    accepts,
    commandCodes: commands.map((command) => command.code),
    deviceEvents: on.deviceEvent !== undefined,
    notifications,
    budgets,
    hang,
    recoverAfterFailedStop,
    eventSource: eventLog && { source: eventLog.source, log: eventLog.log },
  };
}
