import type { HostRegistration } from '../host/service-host.ts';
import type { ServiceDefinition } from './definition.ts';

/** What a host has to know of a service. */
export function registrationOf(definition: ServiceDefinition): HostRegistration {
  const { name, accepts, commands, budgets, hang, eventLog, on, notifications } = definition;
  return {
    name,
    accepts,
    commandCodes: commands.map((command) => command.code),
    deviceEvents: on.deviceEvent !== undefined,
    notifications,
    budgets,
    hang,
    eventSource: eventLog && { source: eventLog.source, log: eventLog.log },
  };
}
