import type { Route } from './route.ts';
import { getAudit, getMetrics } from './routes/audit.ts';
import { deleteService, getConfig, patchConfig, putService } from './routes/config.ts';
import { getScrapeTargets } from './routes/discovery.ts';
import { getDoctor, getEvents, getLogs } from './routes/logs.ts';
import { getMachine, getOpenApi } from './routes/machine.ts';
import { abandonOperation, createOperation, getOperation, listOperations, shorthands } from './routes/operations.ts';
import { getService, listServices } from './routes/services.ts';
import { login, logout } from './routes/session.ts';
import { getStream } from './routes/stream.ts';
import { getWatchdog, pauseTarget, reloadConfig, resumeTarget } from './routes/watchdog.ts';

/** Every route of the API. */
export const routes: readonly Route[] = [
  getMachine,
  getOpenApi,
  login,
  logout,
  listServices,
  getService,
  putService,
  deleteService,
  getConfig,
  patchConfig,
  createOperation,
  ...shorthands,
  listOperations,
  getOperation,
  abandonOperation,
  getLogs,
  getEvents,
  getDoctor,
  getStream,
  getWatchdog,
  pauseTarget,
  resumeTarget,
  reloadConfig,
  getAudit,
  getMetrics,
  getScrapeTargets,
];
