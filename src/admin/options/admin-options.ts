import type { ServiceManager } from '../../manager/index.ts';
import type { AdminDiagnosis } from '../api/schemas/records.ts';
import type { Duration } from '../../util/duration.ts';
import type { AuditOptions } from '../audit/audit-log.ts';
import type { CertificateGrant } from '../security/certificates.ts';
import type { JwtOptions } from '../security/jwt.ts';
import type { TokenSource } from '../security/token-store.ts';
import type { TokenRecord } from '../security/token.ts';

/** Options of `createAdmin`. At least one of `tokens`, `jwt` and `certificates` is needed: there is no access without a credential. */
export interface AdminOptions {
  /** Manager of the services: of this machine, or of another one. It isn't closed by the admin. */
  readonly manager: ServiceManager;
  /**
   * Services that may be started, stopped and changed: names (compared without case) or regular expressions. Default:
   * none, everything is read-only.
   */
  readonly services?: readonly (string | RegExp)[];
  /**
   * Lets admins install services and set programs, accounts, environments, recovery commands and security
   * descriptors. A caller that can do that can run any program with the rights of any account, SYSTEM included. Default `false`.
   */
  readonly allowInstall?: boolean;
  /** Tokens: the path of a file of `openTokenStore` or `winsvc admin token create`, records, or a source of your own. */
  readonly tokens?: string | readonly TokenRecord[] | TokenSource;
  /** Accepts JSON Web Tokens of an OpenID Connect provider. Needs the package jose. */
  readonly jwt?: JwtOptions;
  /** Client certificates (mutual TLS), by fingerprint. The server needs `tls: { requestCert: true }`. */
  readonly certificates?: readonly CertificateGrant[];
  /** Host names under which the server may be called, beside those of the loopback addresses. */
  readonly hosts?: readonly string[];
  /** Lifetime of a session of the page. Default `'8h'`. `false`: there is no login on the page. */
  readonly session?: Duration | false;
  /** Limits against overload and guessing. Need the package rate-limiter-flexible. `false`: none. */
  readonly limits?: AdminLimits | false;
  /** Folder and lifetime of the audit log. `false`: there is none. Default: none, with a warning in `log`. */
  readonly audit?: AuditOptions | false;
  /** Watchdog of `createWatchdog` for `/watchdog`. */
  readonly watchdog?: AdminWatchdogSource;
  /** Called by `POST /config/reload`: reads the configuration of the service again. */
  readonly reload?: () => unknown;
  /** Text for `/metrics`: of `healthMetrics`, or `true` for the states of the services alone (needs the package prom-client). */
  readonly metrics?: AdminMetricsSource | true;
  /**
   * Further targets of `GET /sd/prometheus` (http_sd_config), beside `/metrics` of this server: health endpoints of
   * services, other machines.
   */
  readonly scrapeTargets?: readonly ScrapeTarget[] | (() => readonly ScrapeTarget[] | Promise<readonly ScrapeTarget[]>);
  /** Names of user-defined controls by service, as the definition's `commands` has them: `{ Orders: { rotateLogs: 200 } }`. */
  readonly commands?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Diagnosis of a service for `/services/NAME/doctor`. `winsvc admin run` passes that of `winsvc doctor`. */
  readonly doctor?: (service: string) => Promise<AdminDiagnosis['findings']>;
  /** Log of the hosting service, such as `ctx.log`: changes, refused requests and failures go there. */
  readonly log?: AdminLog;
  /** Serves the page at `/`. Default `true`. */
  readonly page?: boolean;
}

/**
 * Targets of Prometheus that have the same labels.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/http_sd/
 */
export interface ScrapeTarget {
  /** Host and port of each: `'127.0.0.1:9090'`. */
  readonly targets: readonly string[];
  /** Labels of all of them, such as `job` or `__metrics_path__`. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** Limits against overload and guessing. */
export interface AdminLimits {
  /** Requests of one credential in 10 s. Default 2500. */
  readonly perToken?: number;
  /** Requests of one address in 10 s. Default 5000. */
  readonly perAddress?: number;
  /** Failed logins of one address in 5 minutes, before each further one is answered 429. Default 10. */
  readonly failedLogins?: number;
  /** Open streams (`/events`, `follow`) of one credential. Default 20. */
  readonly streamsPerToken?: number;
  /** Open streams in all. Default 500. */
  readonly streams?: number;
  /** Operations that run at the same time. Default 32. */
  readonly operations?: number;
}

/** Log of the hosting service: `ctx.log` fits. */
export interface AdminLog {
  /** Logs a change. */
  info(message: string, data?: Readonly<Record<string, unknown>>): void;
  /** Logs a refused change, or a failed operation. */
  warn(message: string, data?: Readonly<Record<string, unknown>>): void;
  /** Logs a failure of the server. */
  error(message: string, data?: Readonly<Record<string, unknown>>): void;
}

/** Text of `/metrics`: what `healthMetrics` returns. */
export interface AdminMetricsSource {
  /** Content type of the text. */
  readonly contentType: string;
  /** Returns the text. */
  metrics(): Promise<string>;
}

/** Watchdog as the admin uses it: what `createWatchdog` returns. */
export interface AdminWatchdogSource {
  /** Returns a report on every target. */
  report(): readonly AdminTargetReport[];
  /** Takes no action on a target for a time. 0 ends the pause. */
  pause(name: string, time: Duration): void;
  /** Listens for changes of a target's state. */
  on(event: 'change', listener: (target: AdminTargetReport, before: string) => void): unknown;
  /** Listens for the start of actions. */
  on(event: 'action', listener: (action: AdminActionEvent) => void): unknown;
  /** Listens for the end of actions. */
  on(event: 'actionEnd', listener: (action: AdminActionEvent, error: Error | undefined) => void): unknown;
  /** Removes a listener. */
  off(event: 'change' | 'action' | 'actionEnd', listener: (...args: never[]) => void): unknown;
}

/** Report on a target of the watchdog, as far as the admin uses it. */
export interface AdminTargetReport {
  /** Name of the target. */
  readonly name: string;
  /** State of `WATCHDOG_TRANSITIONS`. */
  readonly state: string;
  /** Start of the state. */
  readonly since: Date;
  /** Problem of the target; empty when there is none. */
  readonly reason: string;
  /** Number of actions that count for the limit. */
  readonly recentActions: number;
  /** Time of the last action. */
  readonly lastActionAt: Date | undefined;
  /** Reason why no action is taken. */
  readonly heldBy: string | undefined;
  /** End of the quiet time. */
  readonly quietUntil: Date | undefined;
}

/** Action of the watchdog, as far as the admin uses it. */
export interface AdminActionEvent {
  /** Name of the target. */
  readonly target: string;
  /** Action, such as `restart`. */
  readonly action: string;
}
