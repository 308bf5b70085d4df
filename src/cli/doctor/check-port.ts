import { fail, type Finding, ok } from './finding.ts';
import type { Snapshot } from './snapshot.ts';

/** Checks the port that the service listens on: a port in use is the most common reason why a server doesn't start. */
export function checkPort({ port, service }: Snapshot): Finding[] {
  if (!port) return [];
  const { port: number, from, state } = port;
  if (state === 'free') return [ok('port', `${number} is free (${from})`)];
  if (state === 'reserved')
    return [
      fail(
        'port',
        `Windows reserves ${number} (${from}), often for Hyper-V, WSL or http.sys: listen() fails with EACCES`,
        'netsh interface ipv4 show excludedportrange protocol=tcp',
      ),
    ];
  // The service itself may have it.
  if (service !== undefined && service.report.pid !== 0)
    return [ok('port', `${number} is in use (${from}), and the service runs`)];
  return [
    fail(
      'port',
      `another program uses ${number} (${from}): listen() fails with EADDRINUSE`,
      `powershell "Get-Process -Id (Get-NetTCPConnection -State Listen -LocalPort ${number}).OwningProcess"`,
    ),
  ];
}
