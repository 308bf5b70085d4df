import type { ConfigChange, ServiceConfig } from '../../scm/service-config.ts';
import type { RecoveryConfig } from '../../scm/recovery-config.ts';
import { type BlobReader, type BlobWriter, emptyAsNull } from './blob.ts';
import { ACTION_CODES, INFINITE, LAUNCH_CODES, LEVEL, nameOfCode, SID_CODES } from './constants.ts';
import type { ScmStructs } from './structs.ts';
import { readTriggers, writeTriggers } from './triggers.ts';

/** Conversion of one setting for ChangeServiceConfig2W and from QueryServiceConfig2W. */
export interface Level<K extends keyof ServiceConfig = keyof ServiceConfig> {
  readonly level: number;
  readonly setting: K;
  write(writer: BlobWriter, s: ScmStructs, value: NonNullable<ConfigChange[K]> | null): void;
  read(reader: BlobReader, s: ScmStructs): ServiceConfig[K];
}

function level<K extends keyof ServiceConfig>(definition: Level<K>): Level<K> {
  return definition;
}

/** Every level except DELAYED_AUTO_START, which is part of `startType`. */
export const LEVELS = [
  level<'description'>({
    level: LEVEL.DESCRIPTION,
    setting: 'description',
    // NULL keeps it; the empty string deletes it.
    write: (w, s, value) => {
      const root = w.reserve(s.SERVICE_DESCRIPTIONW.size);
      w.write(root, s.SERVICE_DESCRIPTIONW, { lpDescription: w.text(value ?? '') });
    },
    read: (r, s) => emptyAsNull(r.text(r.struct(s.SERVICE_DESCRIPTIONW).lpDescription)),
  }),
  level<'recovery'>({
    level: LEVEL.FAILURE_ACTIONS,
    setting: 'recovery',
    write: (w, s, value) => {
      writeRecovery(w, s, value ?? NO_RECOVERY);
    },
    read: readRecovery,
  }),
  level<'recoverOnFailureExit'>({
    level: LEVEL.FAILURE_ACTIONS_FLAG,
    setting: 'recoverOnFailureExit',
    write: (w, s, value) => {
      w.write(w.reserve(s.SERVICE_FAILURE_ACTIONS_FLAG.size), s.SERVICE_FAILURE_ACTIONS_FLAG, {
        fFailureActionsOnNonCrashFailures: value ? 1 : 0,
      });
    },
    read: (r, s) => r.struct(s.SERVICE_FAILURE_ACTIONS_FLAG).fFailureActionsOnNonCrashFailures !== 0,
  }),
  level<'sidType'>({
    level: LEVEL.SID_INFO,
    setting: 'sidType',
    write: (w, s, value) => {
      w.write(w.reserve(s.SERVICE_SID_INFO.size), s.SERVICE_SID_INFO, { dwServiceSidType: SID_CODES[value ?? 'none'] });
    },
    read: (r, s) => nameOfCode(SID_CODES, r.struct(s.SERVICE_SID_INFO).dwServiceSidType, 'none'),
  }),
  level<'requiredPrivileges'>({
    level: LEVEL.REQUIRED_PRIVILEGES,
    setting: 'requiredPrivileges',
    write: (w, s, value) => {
      const root = w.reserve(s.SERVICE_REQUIRED_PRIVILEGES_INFOW.size);
      w.write(root, s.SERVICE_REQUIRED_PRIVILEGES_INFOW, { pmszRequiredPrivileges: w.multiText(value ?? []) });
    },
    read: (r, s) => r.multiText(r.struct(s.SERVICE_REQUIRED_PRIVILEGES_INFOW).pmszRequiredPrivileges),
  }),
  level<'preshutdownTimeout'>({
    level: LEVEL.PRESHUTDOWN,
    setting: 'preshutdownTimeout',
    write: (w, s, value) => {
      w.write(w.reserve(s.SERVICE_PRESHUTDOWN_INFO.size), s.SERVICE_PRESHUTDOWN_INFO, {
        dwPreshutdownTimeout: value ?? 0,
      });
    },
    read: (r, s) => r.struct(s.SERVICE_PRESHUTDOWN_INFO).dwPreshutdownTimeout,
  }),
  level<'triggers'>({
    level: LEVEL.TRIGGER,
    setting: 'triggers',
    write: (w, s, value) => {
      writeTriggers(w, s, value ?? []);
    },
    read: readTriggers,
  }),
  level<'preferredNode'>({
    level: LEVEL.PREFERRED_NODE,
    setting: 'preferredNode',
    write: (w, s, value) => {
      w.write(w.reserve(s.SERVICE_PREFERRED_NODE_INFO.size), s.SERVICE_PREFERRED_NODE_INFO, {
        usPreferredNode: value ?? 0,
        fDelete: value === null ? 1 : 0,
      });
    },
    read: (r, s) => r.struct(s.SERVICE_PREFERRED_NODE_INFO).usPreferredNode,
  }),
  level<'launchProtected'>({
    level: LEVEL.LAUNCH_PROTECTED,
    setting: 'launchProtected',
    write: (w, s, value) => {
      w.write(w.reserve(s.SERVICE_LAUNCH_PROTECTED_INFO.size), s.SERVICE_LAUNCH_PROTECTED_INFO, {
        dwLaunchProtected: LAUNCH_CODES[value ?? 'none'],
      });
    },
    read: (r, s) => nameOfCode(LAUNCH_CODES, r.struct(s.SERVICE_LAUNCH_PROTECTED_INFO).dwLaunchProtected, 'none'),
  }),
] as unknown as readonly Level[];

export const NO_RECOVERY: RecoveryConfig = { actions: [], resetPeriod: 0, command: null, rebootMessage: null };

function writeRecovery(
  w: BlobWriter,
  s: ScmStructs,
  { actions, resetPeriod, command, rebootMessage }: RecoveryConfig,
): void {
  const root = w.reserve(s.SERVICE_FAILURE_ACTIONSW.size);
  // cActions 0 with a table that isn't NULL deletes the actions; a NULL table would keep them.
  const table = w.reserve(Math.max(1, actions.length) * s.SC_ACTION.size);
  for (const [i, action] of actions.entries()) {
    w.write(table + i * s.SC_ACTION.size, s.SC_ACTION, { Type: ACTION_CODES[action.type], Delay: action.delay });
  }
  w.write(root, s.SERVICE_FAILURE_ACTIONSW, {
    dwResetPeriod: resetPeriod === null ? INFINITE : Math.round(resetPeriod / 1_000),
    lpRebootMsg: w.text(rebootMessage ?? ''),
    lpCommand: w.text(command ?? ''),
    cActions: actions.length,
    lpsaActions: w.base + BigInt(table),
  });
}

function readRecovery(r: BlobReader, s: ScmStructs): RecoveryConfig {
  const { dwResetPeriod, lpRebootMsg, lpCommand, cActions, lpsaActions } = r.struct(s.SERVICE_FAILURE_ACTIONSW);
  return {
    actions: Array.from({ length: cActions }, (_, i) => {
      const { Type, Delay } = r.struct(s.SC_ACTION, r.offset(lpsaActions) + i * s.SC_ACTION.size);
      return { type: nameOfCode(ACTION_CODES, Type, 'none'), delay: Delay };
    }),
    resetPeriod: dwResetPeriod === INFINITE ? null : dwResetPeriod * 1_000,
    command: emptyAsNull(r.text(lpCommand)),
    rebootMessage: emptyAsNull(r.text(lpRebootMsg)),
  };
}
