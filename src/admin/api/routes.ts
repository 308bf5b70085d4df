import type { Route } from './route.ts';
import { getMachine, getOpenApi } from './routes/machine.ts';
import {
  abandonOperation,
  createOperation,
  getOperation,
  listOperations,
  shorthands,
} from './routes/operations.ts';
import { login, logout } from './routes/session.ts';
import { getService, listServices } from './routes/services.ts';

/** Returns every route of the API. */
export function allRoutes(): readonly Route[] {
  return [
    getMachine,
    getOpenApi,
    login,
    logout,
    listServices,
    getService,
    createOperation,
    ...shorthands,
    listOperations,
    getOperation,
    abandonOperation,
  ];
}
