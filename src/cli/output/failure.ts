import { ServiceError } from '../../errors/service-error.ts';
import { win32Code } from '../../errors/win32-codes.ts';
import { Win32Error } from '../../errors/win32-error.ts';
import { type Cli, EXIT } from '../command.ts';
import type { Explanation } from '../doctor/explain-start.ts';
import { describeReport } from './describe.ts';
import { nearest } from '../input/nearest.ts';
import { Interrupted } from './interrupted.ts';
import { formatExplanation } from './format-explanation.ts';
import { commandFor } from './next-step.ts';
import { shellCommand } from './shell-quote.ts';
import { printable, printableLines } from './printable.ts';
import { UsageError } from '../input/usage-error.ts';

/** Verb that failed. */
export interface FailedVerb {
  readonly verb: string | undefined;
  /** Service that the verb was for. */
  readonly service: string | undefined;
  /** Start of the verb. */
  readonly since: Date;
}

/** Prints what failed, why, and the next step, and returns the exit code. */
export async function reportFailure(cli: Cli, { verb, service, since }: FailedVerb, error: unknown): Promise<number> {
  // An upgrade that was interrupted says what became of it.
  const isUndone = error instanceof ServiceError && error.code === 'UPGRADE_FAILED';
  if (error instanceof Interrupted || (cli.signal.aborted && !isUndone)) return reportInterrupt(cli, service);
  const failure = error instanceof Error ? error : new Error(String(error));
  const cause = await causeOf(cli, verb, service, since, failure).catch(() => undefined);
  const next = await nextStep(cli, verb, service, failure).catch(() => undefined);
  if (cli.out.json) {
    cli.out.result({ error: describe(failure), ...cause, ...(next === undefined ? {} : { next }) }, () => '');
  } else {
    // Another error is a bug of winsvc: its stack belongs in the report.
    const known = failure instanceof ServiceError || failure instanceof UsageError || 'syscall' in failure;
    const text = known ? failure.message : (failure.stack ?? failure.message);
    // Names in it may come from a file or from the SCM.
    cli.stderr.write(`${cli.program}: ${printableLines(text)}\n`);
    for (const line of cause ? formatExplanation(cause) : []) cli.stderr.write(`  ${printable(line)}\n`);
    if (next !== undefined) cli.stderr.write(`  ${next}\n`);
  }
  return cli.signal.aborted ? EXIT.interrupted : exitCodeOf(failure);
}

/** Verbs that start a service. */
const STARTS = new Set(['start', 'restart', 'install', 'ensure']);

/** Explains a start that failed: the command that the user typed says why. */
async function causeOf(
  cli: Cli,
  verb: string | undefined,
  service: string | undefined,
  since: Date,
  error: Error,
): Promise<Explanation | undefined> {
  if (service === undefined || !isFailedStart(verb, error)) return undefined;
  const { explainStart } = await import('../doctor/explain-start.ts');
  return explainStart(cli, service, since);
}

function exitCodeOf(error: Error): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (!(error instanceof ServiceError)) return EXIT.failed;
  if (error.code === 'INVALID_OPTIONS') return EXIT.usage;
  return error.code === 'STATE_NOT_REACHED' ? EXIT.notReached : EXIT.failed;
}

function describe(error: Error): object {
  const { message } = error;
  if (error instanceof UsageError) return { code: 'USAGE', message };
  if (!(error instanceof ServiceError)) return { code: 'UNEXPECTED', message };
  if (!(error instanceof Win32Error)) return { code: error.code, message, details: error.details };
  const { code, win32Code: number, symbol, api, service, access, hint } = error;
  return { code, message, win32Code: number, symbol, api, service, access, hint };
}

async function nextStep(
  cli: Cli,
  verb: string | undefined,
  service: string | undefined,
  error: Error,
): Promise<string | undefined> {
  if (error instanceof UsageError) return `Usage and examples: ${cli.program} ${verb ? `${verb} ` : ''}--help`;
  if (verb === 'logs' && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM'))
    return 'Logs are for the account of the service and administrators only: try again in an elevated prompt.';
  if (error instanceof ServiceError && error.code === 'UPGRADE_FAILED' && service !== undefined) {
    const logs = commandFor(cli, 'logs', service);
    return logs === undefined ? undefined : `See what it logged: ${logs}`;
  }
  if (isFailedStart(verb, error) && !(error instanceof Win32Error)) return afterFailedStart(cli, verb, service);
  if (!(error instanceof Win32Error)) return undefined;
  if (verb === 'events' && error.win32Code === 0) return 'This system stores no events (Wine does not).';
  if (is(error, 'ERROR_SERVICE_EXISTS'))
    return `To change what differs instead, use ensure in place of install: ${cli.program} ensure --help`;
  if (service === undefined) return undefined;
  if (is(error, 'ERROR_SERVICE_DOES_NOT_EXIST') && (error.service === undefined || error.service === service))
    return cli.service ? `Install it: ${cli.program} install` : await whichService(cli, service);
  return verb !== undefined && STARTS.has(verb) ? afterFailedStart(cli, verb, service) : undefined;
}

/** Returns whether a service was started and did not run. */
function isFailedStart(verb: string | undefined, error: Error): boolean {
  if (verb === undefined || !STARTS.has(verb)) return false;
  if (error instanceof ServiceError && error.code === 'STATE_NOT_REACHED') return true;
  return error instanceof Win32Error && error.api === 'StartServiceW';
}

/** Suggests what to do about a service that does not start; one that `install` made can be removed again. */
function afterFailedStart(cli: Cli, verb: string | undefined, service: string | undefined): string | undefined {
  if (service === undefined) return undefined;
  const doctor = commandFor(cli, 'doctor', service);
  const remove = verb === 'install' ? commandFor(cli, 'uninstall', service) : undefined;
  const lines = [
    ...(verb === 'install' ? [`${printable(service)} is installed.`] : []),
    ...(doctor === undefined ? [] : [`Find out why it does not start: ${doctor}`]),
    ...(remove === undefined ? [] : [`Remove it: ${remove}`]),
  ];
  return lines.join('\n  ');
}

/** Suggests a service: for a display name, or a name with a typing error. */
async function whichService(cli: Cli, wanted: string): Promise<string> {
  const services = await (await cli.manager()).list({ type: 'all' });
  const shown = services.find(({ displayName }) => displayName.toLowerCase() === wanted.toLowerCase());
  if (shown)
    return `"${printable(wanted)}" is the display name of the service ${printable(shown.name)}: use that name.`;
  const near = nearest(
    wanted,
    services.map(({ name }) => name),
  );
  const part = wanted.slice(0, 3).toLowerCase();
  const some = services.some(({ name, displayName }) => `${name}\n${displayName}`.toLowerCase().includes(part));
  const filtered = some ? shellCommand(cli.program, 'list', wanted.slice(0, 3)) : undefined;
  const list = `List the services: ${filtered ?? `${cli.program} list`}`;
  return near === undefined ? list : `Did you mean ${printable(near)}? ${list}`;
}

/** Reports the state of the service, which continues. */
async function reportInterrupt(cli: Cli, service: string | undefined): Promise<number> {
  const report =
    service === undefined
      ? undefined
      : await cli
          .manager()
          .then((manager) => manager.service(service).status())
          .catch(() => undefined);
  const error = { code: 'INTERRUPTED', message: 'Interrupted: no longer waiting.' };
  if (cli.out.json) cli.out.result({ error, ...(report && { service, report }) }, () => '');
  else cli.stderr.write(`${error.message}${report ? ` ${service} is ${describeReport(report)}.` : ''}\n`);
  return EXIT.interrupted;
}

function is(error: Win32Error, symbol: Parameters<typeof win32Code>[0]): boolean {
  return error.win32Code === win32Code(symbol);
}
