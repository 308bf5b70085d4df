import type { TriggerEvent } from '../../src/scm/trigger.ts';

/**
 * dwTriggerType, typed off apart from the library's own table, which these are to find wrong.
 *
 * Source: https://learn.microsoft.com/windows/win32/api/winsvc/ns-winsvc-service_trigger
 */
export const TRIGGER_TYPES: Readonly<Record<TriggerEvent, number>> = {
  deviceArrival: 1,
  firstIpAddress: 2,
  lastIpAddressLost: 2,
  domainJoin: 3,
  domainLeave: 3,
  firewallPortOpen: 4,
  firewallPortClose: 4,
  machinePolicy: 5,
  userPolicy: 5,
  rpcEndpoint: 6,
  namedPipeEndpoint: 6,
  systemState: 7,
  etw: 20,
  aggregate: 30,
};

/** pTriggerSubtype, where the type has one of its own. */
export const EVENT_GUIDS: Readonly<Partial<Record<TriggerEvent, string>>> = {
  firstIpAddress: '{4f27f2de-14e2-430b-a549-7cd48cbc8245}',
  lastIpAddressLost: '{cc4ba62a-162e-4648-847a-b6bdf993e335}',
  domainJoin: '{1ce20aba-9851-4421-9430-1ddeb766e809}',
  domainLeave: '{ddaf516e-58c2-4866-9574-c3b615d42ea1}',
  firewallPortOpen: '{b7569e07-8421-4ee0-ad10-86915afdad09}',
  firewallPortClose: '{a144ed38-8e12-4de4-9d96-e64740b1a524}',
  machinePolicy: '{659fcae6-5bdb-4da9-b1ff-ca2a178d46e0}',
  userPolicy: '{54fb46c8-f089-464c-b1fd-59d1b62c3b50}',
  rpcEndpoint: '{bc90d167-9470-4139-a9ba-be0bbbf5b74d}',
  namedPipeEndpoint: '{1f81d131-3fac-4537-9e0c-7e7b0c2f4b55}',
};
