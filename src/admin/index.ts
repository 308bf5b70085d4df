import { readEvents } from '../eventlog/index.ts';
import { findLogDir, readLogs } from '../logging/index.ts';
import { systemClock } from '../util/clock.ts';
import { VERSION } from '../util/version.ts';
import type { AdminFolders, ProcessUsage } from './context.ts';
import { type Admin, createAdminWith } from './create-admin.ts';
import { readPageFiles } from './page-files.ts';
import { TokenStore } from './security/token-store.ts';
import { unixFolders } from './unix-folders.ts';
import type { AdminOptions } from './options/admin-options.ts';

export type { Admin } from './create-admin.ts';
export type {
  AdminActionEvent,
  AdminLimits,
  AdminLog,
  AdminMetricsSource,
  AdminOptions,
  AdminTargetReport,
  AdminWatchdogSource,
  ScrapeTarget,
} from './options/admin-options.ts';
export type { AuditOptions } from './audit/audit-log.ts';
export type { CertificateGrant } from './security/certificates.ts';
export type { Grant } from './security/principal.ts';
export type { JwtOptions } from './security/jwt.ts';
export { ADMIN_ROLES, type AdminRole } from './security/roles.ts';
export type { TokenRecord } from './security/token.ts';
export { TokenStore, type CreateTokenOptions, type TokenSource } from './security/token-store.ts';
export type { Connection } from './server/connection.ts';
export { toNodeHandler, type NodeHandler } from './server/node-handler.ts';
export { adminServer, type AdminServer, type AdminServerOptions } from './server/admin-server.ts';
export { PROBLEM_CODES, type ProblemCodeName } from './api/problem-codes.ts';
export type { OpenApiDocument } from './api/openapi-document.ts';
export type { AdminProblem, AdminRequestProblem } from './api/schemas/problem.ts';
export type { AdminProcess, AdminService, AdminServiceList } from './api/schemas/service.ts';
export type { Operation, OperationAction, OperationProgress, OperationRequest } from './api/schemas/operation.ts';
export type * from './api/schemas/config-types.ts';
export type {
  AdminDiagnosis,
  AdminEventRecord,
  AdminFinding,
  AdminLogRecord,
  AuditRecord,
} from './api/schemas/records.ts';
export type {
  AdminCaller,
  AdminFeature,
  AdminIncident,
  AdminIncidentAction,
  AdminMachine,
  AdminWatchdog,
  AdminWatchdogTarget,
} from './api/schemas/system.ts';
// Types of other entries that these mention.
export type { Duration } from '../util/duration.ts';
export type { Acceptable } from '../scm/controls.ts';
export type { ExitCode } from '../scm/exit-code.ts';
export type { ServiceState } from '../scm/states.ts';
export type { ErrorControl, LaunchProtection, ServiceType, SidType, StartType } from '../scm/service-config.ts';
export type { RecoveryAction } from '../scm/recovery-config.ts';
export type { TriggerEvent } from '../scm/trigger.ts';
export { AdminClient, createAdminClient } from './client/admin-client.ts';
export type { ActionOptions, AdminClientOptions, RecordPage, RecordQuery } from './client/client-options.ts';
export { AdminError } from './client/admin-error.ts';
export type { AdminEvent } from './client/read-stream.ts';

/**
 * Makes a REST API, and a page, for the services of a machine. Nothing can be changed unless `services` names it.
 *
 * @throws ServiceError INVALID_OPTIONS; PACKAGE_MISSING without rate-limiter-flexible (unless `limits: false`), jose
 * (with `jwt`), prom-client (with `metrics: true`); CONFIG_INVALID
 * @example
 * const manager = await openServiceManager();
 * const admin = await createAdmin({ manager, services: ['Orders'], tokens: 'C:\\ProgramData\\Admin\\tokens.json' });
 * const server = await adminServer(admin, { port: 9080 });
 */
export async function createAdmin(options: AdminOptions): Promise<Admin> {
  return createAdminWith(options, {
    clock: systemClock,
    version: VERSION,
    pid: process.pid,
    findLogDir,
    readLogs,
    readEvents: process.platform === 'win32' ? readEvents : undefined,
    folders,
    processUsage: process.platform === 'win32' ? readUsage : undefined,
    page: options.page === false ? undefined : await readPageFiles(),
  });
}

/**
 * Opens a file of tokens. It need not exist: the first `create` makes it, and its folder, which only this account,
 * SYSTEM and administrators can then read and write.
 *
 * @example
 * const tokens = openTokenStore('C:\\ProgramData\\WinsvcAdmin\\tokens.json');
 * const { token } = await tokens.create({ name: 'deploy script', role: 'operator', services: ['Orders'] });
 */
export function openTokenStore(file: string): TokenStore {
  return new TokenStore(file, folders.make);
}

const folders: AdminFolders =
  process.platform === 'win32'
    ? {
        async make(path) {
          const [{ makePrivateFolder }, { openFfi }] = await Promise.all([
            import('../win32/folders/private-folder.ts'),
            import('../win32/ffi/open-ffi.ts'),
          ]);
          makePrivateFolder(path, openFfi);
        },
        async writers(path) {
          const [{ createMachineProbe }, { openFfi }] = await Promise.all([
            import('../win32/probe/machine-probe.ts'),
            import('../win32/ffi/open-ffi.ts'),
          ]);
          return (await createMachineProbe(openFfi).writers(path)).value ?? [];
        },
      }
    : unixFolders;

/** The library of native calls is loaded at the first request of the page. */
async function readUsage(pid: number): Promise<ProcessUsage | undefined> {
  const [{ openFfi }, { readProcessUsage }] = await Promise.all([
    import('../win32/ffi/open-ffi.ts'),
    import('../win32/probe/process-usage.ts'),
  ]);
  return readProcessUsage(openFfi(), pid);
}
