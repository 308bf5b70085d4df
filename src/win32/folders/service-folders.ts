import { existsSync, mkdirSync } from 'node:fs';
import { dirname, toNamespacedPath } from 'node:path';
import { ServiceError } from '../../errors/service-error.ts';
import type { ServiceFolderRequest, ServiceFolders, ServiceFolderState } from '../../scm/service-folders.ts';
import { serviceFolder } from '../../util/service-folder.ts';
import type { Ffi } from '../ffi/ffi.ts';
import { ownEntries, privateAccess, readableAccess, withAccess } from './access-lists.ts';
import { FolderCalls } from './folder-calls.ts';
import { canWrite } from './can-write.ts';
import { isServiceFolder } from './private-folder.ts';
import { knownSid, serviceSid, SID } from './sids.ts';
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
  const previous = previousOf(calls, request);
  const owners = [...accounts, calls.processUser(), ...(previous === undefined ? [] : [previous])];
  const former = previous === undefined || isBuiltIn(previous) || accounts.includes(previous) ? undefined : previous;
  const own = dirname(serviceFolder(request.service, 'logs'));
  const folders = foldersOf(request);
  for (const path of folders) {
    const full = toNamespacedPath(path);
    const fresh = `O:BA${isServiceFolder(path) ? readableAccess(accounts) : privateAccess(accounts)}`;
    if (!existsSync(dirname(path))) mkdirSync(dirname(path), { recursive: true });
    if (calls.create(full, fresh)) continue;
    calls.secure(full, (facts) => {
      requireTrusted(path, facts, owners);
      // Other programs may use a folder that the definition names, so the former account keeps its access there.
      const isOwn = path === own || dirname(path) === own;
      const list = withAccess(facts.sddl, accounts, isOwn ? former : undefined);
      // Of an owner that isn't the service any more: its next start would refuse the folder.
      const isOwned = [SID.system, SID.administrators, ...accounts].includes(facts.owner);
      return list === undefined && isOwned ? undefined : `O:BA${list ?? ownEntries(facts.sddl)}`;
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
    const itself = serviceSid(request.service);
    // A restricted token needs both: an entry for the account, and one for the service itself or for everyone.
    const passes = !request.restricted || canWrite(facts.sddl, [itself], ['WD', 'S-1-1-0']);
    const state = passes && canWrite(facts.sddl, accounts) ? 'writable' : 'notWritable';
    return { path, state, reason: undefined };
  });
}

function foldersOf({ service, folders = [] }: ServiceFolderRequest): string[] {
  const secrets = serviceFolder(service, 'secrets');
  const own = [serviceFolder(service), serviceFolder(service, 'logs'), ...(existsSync(secrets) ? [secrets] : [])];
  return [...new Set([...own, ...folders])];
}

/** The account and the identifier of the service itself: with a `sidType` its token has both. */
function accountsOf(calls: FolderCalls, { service, account = 'LocalSystem' }: ServiceFolderRequest): string[] {
  return [...new Set([sidOf(calls, account), serviceSid(service)])];
}

/** The account before a change; `undefined` where there is none, or it was deleted since. */
function previousOf(calls: FolderCalls, { previousAccount }: ServiceFolderRequest): string | undefined {
  if (previousAccount === undefined) return undefined;
  try {
    return sidOf(calls, previousAccount);
  } catch {
    return undefined;
  }
}

/** Accounts that many services share. */
function isBuiltIn(sid: string): boolean {
  return ([SID.system, SID.localService, SID.networkService] as readonly string[]).includes(sid);
}

function sidOf(calls: FolderCalls, account: string): string {
  return knownSid(account) ?? calls.lookUp(account);
}

function settle<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(work());
  });
}
