import { shellQuote } from '../output/shell-quote.ts';
import { fail, type Finding, ok, skip } from './finding.ts';
import type { Snapshot } from './snapshot.ts';

/** A script that uses winsvc needs koffi's binary beside it, for the architecture of its Node. */
export function checkKoffi({ run }: Snapshot): Finding[] {
  if (!run?.script) return [];
  const { koffi } = run;
  if (koffi.state === 'unknown') return [skip('koffi', koffi.why)];
  if (koffi.state === 'ok') return [ok('koffi', `${koffi.wanted} is there`)];
  const install = `cd /d ${shellQuote(koffi.folder)} && npm install --os=win32 --cpu=${koffi.wanted.split('-').at(-1) ?? 'x64'}`;
  return koffi.state === 'missing'
    ? [
        fail(
          'koffi',
          `koffi is not found from ${koffi.folder}: a service of winsvc cannot reach the SCM (1053)`,
          install,
        ),
      ]
    : [
        fail(
          'koffi',
          `koffi is there, but not its binary ${koffi.wanted}: were the packages installed on another system, or with --omit=optional?`,
          install,
        ),
      ];
}
