import { existsSync, mkdirSync } from 'node:fs';
import { dirname, toNamespacedPath } from 'node:path';
import { ServiceError } from '../../errors/service-error.ts';
import type { ServiceFolderRequest, ServiceFolders, ServiceFolderState } from '../../scm/service-folders.ts';
import { serviceFolder } from '../../util/service-folder.ts';
import type { Ffi } from '../ffi/ffi.ts';
import { privateAccess, readableAccess } from './access-lists.ts';
import { FolderCalls } from './folder-calls.ts';
import { canWrite } from './can-write.ts';
import { isServiceFolder } from './private-folder.ts';
import { knownSid, serviceSid } from './sids.ts';
import { requireTrusted } from './trust.ts';

/** The folders of services on this machine. */
export function createServiceFolders(openFfi: () => Ffi): ServiceFolders {
  return {
    prepare: (request) => settle(() => prepare(new FolderCalls(openFfi()), request)),
    check: (request) => settle(() => check(new FolderCalls(openFfi()), request)),
  };
}

function prepare(calls: FolderCalls, request: ServiceFolderRequest): readonly string[] {
  const accounts = accountsOf(calls, request);
  const { previousAccount } = request;
  const owners = [
    ...accounts,
    calls.processUser(),
    ...(previousAccount === undefined ? [] : [sidOf(calls, previousAccount)]),
  ];
  const folders = foldersOf(request);
  for (const path of folders) {
    const full = toNamespacedPath(path);
    const sddl = `O:BA${isServiceFolder(path) ? readableAccess(accounts) : privateAccess(accounts)}`;
    if (!existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true });
    if (calls.create(full, sddl)) continue;
    calls.secure(full, sddl, (facts) => {
      requireTrusted(path, facts, owners);
    });
  }
  return folders;
}

function check(calls: FolderCalls, request: ServiceFolderRequest): readonly ServiceFolderState[] {
  const accounts = accountsOf(calls, request);
  return foldersOf(request).map((path): ServiceFolderState => {
    if (!existsSync(path)) return { path, state: 'missing', reason: undefined };
    const facts = calls.read(toNamespacedPath(path));
    try {
      requireTrusted(path, facts, accounts);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { path, state: 'refused', reason: error.message };
    }
    return { path, state: canWrite(facts.sddl, accounts) ? 'writable' : 'notWritable', reason: undefined };
  });
}

function foldersOf({ service, folders = [] }: ServiceFolderRequest): string[] {
  return [...new Set([serviceFolder(service), serviceFolder(service, 'logs'), ...folders])];
}

/** The account and the identifier of the service itself: with a `sidType` its token has both. */
function accountsOf(calls: FolderCalls, { service, account = 'LocalSystem' }: ServiceFolderRequest): string[] {
  return [...new Set([sidOf(calls, account), serviceSid(service)])];
}

function sidOf(calls: FolderCalls, account: string): string {
  return knownSid(account) ?? calls.lookUp(account);
}

function settle<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
