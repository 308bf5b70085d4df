import { fail, type Finding, ok } from './finding.ts';
import type { Snapshot } from './snapshot.ts';

/** A port that another program has is the commonest reason why a server doesn't start. */
export function checkPort({ port, service }: Snapshot): Finding[] {
  if (!port) return [];
  const { port: number, from, taken } = port;
  const running = service !== undefined && service.report.pid !== 0;
  if (!taken) return [ok('port', `${number} is free (${from})`)];
  // It may be the service itself that has it.
  if (running) return [ok('port', `${number} is in use (${from}), and the service runs`)];
  return [
    fail(
      'port',
      `${number} is taken by another program (${from}): listen() fails with EADDRINUSE`,
      `powershell "Get-Process -Id (Get-NetTCPConnection -State Listen -LocalPort ${number}).OwningProcess"`,
    ),
  ];
}
