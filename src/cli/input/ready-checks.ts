import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isObject } from '../../errors/check-options.ts';
import type { Check, CheckResult } from '../../health/index.ts';
import { describeWrongMachine, urlWithMachine, withMachine } from '../../util/machine-url.ts';
import type { Cli } from '../command.ts';
import { UsageError } from './usage-error.ts';

/**
 * Makes the checks of `--ready-checks`: a URL, `tcp:PORT`, `tcp:HOST:PORT`, `service:NAME`, or a module whose default
 * export is a check or a list of them. `{machine}` in a URL or a host becomes the machine of the service; `tcp:PORT` is a
 * port of it.
 *
 * @throws UsageError
 */
export async function readyChecksOf(cli: Cli, texts: readonly string[] = []): Promise<readonly Check[]> {
  return (await Promise.all(texts.map((text) => toChecks(cli, text)))).flat();
}

async function toChecks(cli: Cli, text: string): Promise<readonly Check[]> {
  const { httpCheck, serviceCheck, tcpCheck } = await import('../../health/index.ts');
  const manager = await cli.manager();
  if (/^https?:\/\//i.test(text)) return [httpCheck(urlOn(text, manager.machine))];
  const tcp = /^tcp:(?:\/\/)?(?:(.+):)?(\d+)$/i.exec(text);
  if (tcp) {
    const host = tcp[1] === undefined ? manager.machine : withMachine(tcp[1], manager.machine);
    return [tcpCheck({ port: Number(tcp[2]), ...(host !== undefined && { host }) })];
  }
  const service = /^service:(.+)$/i.exec(text)?.[1];
  if (service !== undefined) {
    const check = serviceCheck(manager.service(service), { name: text });
    // A service that is still starting is a warning to the check, and not ready.
    return [{ ...check, run: async (context) => asFailure(await check.run(context)) }];
  }
  if (!/\.[cm]?[jt]s$/i.test(text))
    throw new UsageError(
      `--ready-checks takes a URL, tcp:PORT, tcp:HOST:PORT, service:NAME, or a module (.js, .mjs) whose default export is a list of checks; got "${text}".`,
    );
  return load(text);
}

function urlOn(text: string, machine: string | undefined): string {
  const url = urlWithMachine(text, machine);
  const wrong = describeWrongMachine(url, machine);
  if (wrong !== undefined) throw new UsageError(`--ready-checks ${wrong}`);
  return url;
}

function asFailure(result: CheckResult): CheckResult {
  return result.verdict === 'warn' ? { ...result, verdict: 'fail' } : result;
}

async function load(file: string): Promise<readonly Check[]> {
  let found: unknown;
  try {
    found = ((await import(pathToFileURL(resolve(file)).href)) as { default?: unknown }).default;
  } catch (error) {
    throw new UsageError(`--ready-checks ${file} can't be loaded: ${(error as Error).message}`);
  }
  const checks = Array.isArray(found) ? (found as unknown[]) : [found];
  if (checks.length > 0 && checks.every((check) => isObject(check) && typeof check['run'] === 'function'))
    return checks as unknown as readonly Check[];
  throw new UsageError(`--ready-checks ${file} has no check, and no list of checks, as its default export.`);
}
