import type { Command } from '../command.ts';

/** Every verb, in the order of the help. Each is loaded when it is used: adding one takes one file and one line here. */
const VERBS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./init.ts')).init,
  install: async () => (await import('./install.ts')).install,
  ensure: async () => (await import('./ensure.ts')).ensure,
  import: async () => (await import('./import.ts')).importService,
  pack: async () => (await import('./pack.ts')).pack,
  uninstall: async () => (await import('./uninstall.ts')).uninstall,
  start: async () => (await import('./lifecycle.ts')).start,
  stop: async () => (await import('./lifecycle.ts')).stop,
  restart: async () => (await import('./lifecycle.ts')).restart,
  pause: async () => (await import('./lifecycle.ts')).pause,
  resume: async () => (await import('./lifecycle.ts')).resume,
  upgrade: async () => (await import('./upgrade.ts')).upgrade,
  rollback: async () => (await import('./upgrade.ts')).rollback,
  command: async () => (await import('./command.ts')).command,
  status: async () => (await import('./status.ts')).status,
  watch: async () => (await import('./watch.ts')).watch,
  list: async () => (await import('./list.ts')).list,
  config: async () => (await import('./config.ts')).config,
  logs: async () => (await import('./logs.ts')).logs,
  events: async () => (await import('./events.ts')).events,
  secret: async () => (await import('./secret.ts')).secret,
  doctor: async () => (await import('./doctor.ts')).doctor,
  dsc: async () => (await import('./dsc.ts')).dsc,
  run: async () => (await import('./run.ts')).run,
  admin: async () => (await import('./admin.ts')).admin,
  watchdog: async () => (await import('./admin.ts')).watchdog,
};

/** Verbs that make no sense in a program with a service of its own. */
const WINSVC_ONLY: ReadonlySet<string> = new Set([
  'init',
  'import',
  'list',
  'upgrade',
  'rollback',
  'admin',
  'watchdog',
]);

/** Returns true for a verb and for a question about the command line itself, such as `--help`. */
export function isVerb(word: string | undefined): boolean {
  return word === 'help' || word?.startsWith('-') === true || Object.hasOwn(VERBS, word ?? '');
}

/**
 * Loads the verbs that an argument list needs: the one that it names, or all of them for the help and for a word that
 * is none.
 *
 * @param bound the verbs of a program with a service of its own
 */
export async function loadCommands(argv: readonly string[], bound: boolean): Promise<readonly Command[]> {
  const known = Object.entries(VERBS).filter(([name]) => !bound || !WINSVC_ONLY.has(name));
  const [word, ...rest] = argv.filter((arg) => !arg.startsWith('-'));
  const verb = word === 'help' ? rest[0] : word;
  const named = known.filter(([name]) => name === verb);
  return Promise.all((named.length > 0 ? named : known).map(([, load]) => load()));
}
