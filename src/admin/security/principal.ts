import type { AdminRole } from './roles.ts';

/** Caller of a request, after authentication. */
export interface Principal {
  /** Id of the token, subject of the JWT, or fingerprint of the certificate. */
  readonly id: string;
  /** Name for people, as the audit log shows it. */
  readonly name: string;
  readonly by: 'token' | 'session' | 'jwt' | 'certificate';
  readonly role: AdminRole;
  /** `true` when the caller may read logs and events. */
  readonly logs: boolean;
  /** Lower-case names of the only services that the caller may see; `undefined`: all. */
  readonly services: ReadonlySet<string> | undefined;
}

/** Rights of a token, a certificate or a JWT. */
export interface Grant {
  /** Role. */
  readonly role: AdminRole;
  /** `true`: may read logs and events. Default: `true` for operators and admins, `false` for viewers. */
  readonly logs?: boolean | undefined;
  /** Names of the only services that it may see and act on. Default: all. */
  readonly services?: readonly string[] | undefined;
}

/** Makes a principal of a grant. Operators and admins may read logs; a viewer needs `logs`. */
export function toPrincipal(by: Principal['by'], id: string, name: string, { role, logs, services }: Grant): Principal {
  return {
    by,
    id,
    name,
    role,
    logs: logs ?? (role === 'operator' || role === 'admin'),
    services: services && new Set(services.map((service) => service.toLowerCase())),
  };
}

/** Returns whether the caller may see a service. Service names are compared without case, as the SCM does. */
export function canSee({ services }: Principal, service: string): boolean {
  return services === undefined || services.has(service.toLowerCase());
}
