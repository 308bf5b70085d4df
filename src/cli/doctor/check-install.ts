import type { Cli } from '../command.ts';
import { diagnose } from './diagnose.ts';
import type { Finding } from './finding.ts';
import { gatherService } from './gather.ts';

/** Checks that are about what was just installed, and not about what happens to it later. */
const CHECKS = new Set([
  ...['koffi', 'load', 'runs', 'name', 'variables', 'readable', 'program-readable'],
  ...['script-writable', 'program-writable', 'architecture', 'logon-right', 'control-rights'],
]);

/** Finds what would keep a service that was just installed from starting, or makes it dangerous. */
export async function checkInstall(cli: Cli, service: string): Promise<readonly Finding[]> {
  const findings = diagnose(await gatherService(cli, service, undefined));
  return findings.filter(({ check, outcome }) => CHECKS.has(check) && (outcome === 'warn' || outcome === 'fail'));
}
