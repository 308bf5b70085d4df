import type { Command } from '../command.ts';
import { adminInstall } from './admin/install.ts';
import { adminRun } from './admin/run.ts';
import { adminGrant } from './admin/grant.ts';
import { tokenCreate, tokenList, tokenRevoke } from './admin/token.ts';

const token: Command = {
  name: 'token',
  summary: 'Make, list and revoke tokens of the API.',
  subcommands: [tokenCreate, tokenList, tokenRevoke],
};

export const admin: Command = {
  name: 'admin',
  summary: 'Manage services over HTTP: REST API and page.',
  subcommands: [adminInstall, adminRun, token, adminGrant('admin', 'WinsvcAdmin')],
};

/** Verbs of a watchdog: they grant and revoke rights only. */
export const watchdog: Command = {
  name: 'watchdog',
  summary: 'Let a watchdog control services without LocalSystem.',
  subcommands: [adminGrant('watchdog', 'WinsvcWatchdog')],
};
