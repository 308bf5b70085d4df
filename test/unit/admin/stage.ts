import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineService } from 'winsvc';
import { createMockScm, type MockScm } from 'winsvc/testing';
import type {
  Admin,
  AdminConfigChanges,
  AdminLogRecord,
  AdminOptions,
  AdminProblem,
  AdminService,
  AuditRecord,
  Operation,
  TokenRecord,
} from 'winsvc/admin';
import { adminServer } from 'winsvc/admin';
import { createAdminWith } from '../../../src/admin/create-admin.ts';
import type { AdminAdapters } from '../../../src/admin/context.ts';
import { createToken } from '../../../src/admin/security/token.ts';
import { unixFolders } from '../../../src/admin/unix-folders.ts';
import { systemClock } from '../../../src/util/clock.ts';
import { AnswerCheck } from './answer-check.ts';

/** Tokens of the stage, by what they may do. */
export type Caller = 'viewer' | 'reader' | 'operator' | 'admin' | 'metrics' | 'restricted' | 'expired';

export interface Stage {
  readonly scm: MockScm;
  readonly admin: Admin;
  readonly folder: string;
  readonly tokens: Readonly<Record<Caller, string>>;
  readonly check: AnswerCheck;
  readonly log: { readonly level: string; readonly message: string }[];
  /** Sends a request, holds its answer to the OpenAPI document, and returns it. */
  call(caller: Caller | undefined, method: string, path: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly host?: string;
  readonly certificate?: string;
  readonly signal?: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** Fields of every kind of answer: a test reads those of the one that it asked for. */
export interface Body {
  readonly id: string;
  readonly code: string;
  readonly hint: string;
  readonly detail: string;
  readonly traceId: string;
  readonly problems: NonNullable<AdminProblem['problems']>;
  readonly next: string;
  readonly total: number;
  readonly services: readonly AdminService[];
  readonly operations: readonly Operation[];
  readonly progress: Operation['progress'];
  readonly records: readonly (AuditRecord & AdminLogRecord)[];
  readonly changes: AdminConfigChanges['changes'];
}

export const ORDERS = 'Orders';
export const MAILER = 'Mailer Prüfung 東京';
/** Never writable. */
export const OTHER = 'Other';

const GRANTS: Readonly<Record<Caller, Pick<TokenRecord, 'role' | 'services' | 'logs' | 'expiresAt'>>> = {
  viewer: { role: 'viewer' },
  reader: { role: 'viewer', logs: true },
  operator: { role: 'operator' },
  admin: { role: 'admin' },
  metrics: { role: 'metrics' },
  restricted: { role: 'operator', services: [ORDERS] },
  expired: { role: 'admin', expiresAt: '2020-01-01T00:00:00.000Z' },
};

/** Makes an admin of a mock SCM with three services, of which two are writable. `network`: requests go over a real server. */
export async function makeStage(
  options: Partial<AdminOptions> = {},
  adapters: Partial<AdminAdapters> = {},
  { network = false } = {},
): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'winsvc admin '));
  const scm = createMockScm({ clock: 'real' });
  const manager = scm.manager();
  for (const name of [ORDERS, MAILER, OTHER]) await manager.install(plainService(name));
  const made = Object.fromEntries(
    Object.entries(GRANTS).map(([name, grant]) => [name, { ...createToken(), grant, name }]),
  );
  const records = Object.values(made).map(({ id, hash, grant, name }): TokenRecord => {
    return { id, hash, name, createdAt: '2020-01-01T00:00:00.000Z', ...grant };
  });
  const log: Stage['log'] = [];
  const write = (level: string) => (message: string) => void log.push({ level, message });
  const admin = await createAdminWith(
    {
      manager,
      services: [ORDERS, MAILER, 'Fresh'],
      tokens: records,
      audit: { dir: join(folder, 'audit') },
      log: { info: write('info'), warn: write('warn'), error: write('error') },
      ...options,
    },
    {
      clock: systemClock,
      version: '1.2.3',
      pid: -1,
      findLogDir: () => folder,
      readLogs: async function* () {},
      readEvents: undefined,
      processUsage: undefined,
      folders: unixFolders,
      page: undefined,
      ...adapters,
    },
  );
  const server = network ? await adminServer(admin, { port: 0 }) : undefined;
  const tokens = Object.fromEntries(Object.entries(made).map(([name, { token }]) => [name, token])) as Stage['tokens'];
  const check = new AnswerCheck(admin.openapi);
  return {
    scm,
    admin,
    folder,
    tokens,
    check,
    log,
    async call(caller, method, path, { body, headers, host = 'localhost:9080', certificate, signal } = {}) {
      const request = new Request(`${server?.url ?? `http://${host}/`}api/v1${path}`, {
        method,
        headers: {
          ...(caller && { Authorization: `Bearer ${tokens[caller]}` }),
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        ...(signal && { signal }),
      });
      const response = await (server ? fetch(request) : admin.fetch(request, { address: '127.0.0.1', certificate }));
      await check.check(method, new URL(request.url).pathname, response);
      const text = await response.text();
      const isJson = (response.headers.get('content-type') ?? '').includes('json');
      return {
        status: response.status,
        headers: response.headers,
        body: (isJson && text ? JSON.parse(text) : text) as Body,
      };
    },
    async close() {
      await server?.close();
      await admin.close();
      for (const { name, state } of await manager.list())
        if (state !== 'stopped') await manager.service(name).stop({ dependents: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A service that starts and stops at once, and can be paused. */
export function plainService(name: string) {
  return defineService({
    name,
    displayName: `${name} display`,
    start() {},
    stop() {},
    pause() {},
    resume() {},
    commands: { rotate: { code: 200, run() {} } },
  });
}
