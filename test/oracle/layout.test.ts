import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EVT_RPC_LOGIN_STRUCT } from '../../src/win32/eventlog/event-session.ts';
import type { StructLayout } from '../../src/win32/ffi/struct.ts';
import { SECURITY_ATTRIBUTES } from '../../src/win32/folders/functions.ts';
import { PROCESS_MEMORY_COUNTERS } from '../../src/win32/probe/process-usage.ts';
import { AREA_CODES, CAUSE_CODES, PLANNED, reasonCode, UNPLANNED } from '../../src/win32/scm/stop-reason.ts';
import { DATA_BLOB } from '../../src/win32/secret/functions.ts';
import { scmStructs } from '../../src/win32/scm/structs.ts';
import { WTS_SESSION_INFOW } from '../../src/win32/wts/functions.ts';
import * as job from '../../src/win32/job/structs.ts';
import * as host from '../../src/win32/structs.ts';
import { ROOT, sourceFiles } from '../support/imports.ts';
import { type Arch, constants, missing } from './compile.ts';

interface AnyStruct {
  readonly name: string;
  layoutFor(pointerBytes: number): StructLayout;
}
const structs: readonly AnyStruct[] = [
  ...Object.values(host),
  ...Object.values(scmStructs()),
  DATA_BLOB,
  EVT_RPC_LOGIN_STRUCT,
  PROCESS_MEMORY_COUNTERS,
  SECURITY_ATTRIBUTES,
  WTS_SESSION_INFOW,
  job.JOBOBJECT_CPU_RATE_CONTROL_INFORMATION,
  job.JOBOBJECT_EXTENDED_LIMIT_INFORMATION,
];

/** Structures that end in data of any length: ours end before it. */
const OPEN_ENDED: Readonly<Record<string, string>> = {
  POWERBROADCAST_SETTING: 'Data',
  DEV_BROADCAST_DEVICEINTERFACE_W: 'dbcc_name',
  DEV_BROADCAST_HANDLE: 'dbch_data',
};
const POINTER_BYTES = { x64: 8, ia32: 4 } as const;

describe.each(Object.keys(POINTER_BYTES) as Arch[])('the structures, against the C headers for %s', (arch) => {
  const reason = missing(arch);
  if (reason) process.stdout.write(`struct layouts for ${arch}: skipped: ${reason}\n`);

  it.skipIf(reason !== undefined)('have the size, the alignment and the offsets that a C compiler gives them', () => {
    const questions = structs.flatMap(({ name, layoutFor }) => {
      const { size, align, offsets } = layoutFor(POINTER_BYTES[arch]);
      const data = OPEN_ENDED[name];
      return [
        { what: `sizeof(${name})`, ask: data ? upTo(name, data) : `sizeof(${name})`, ours: size },
        { what: `_Alignof(${name})`, ask: `_Alignof(${name})`, ours: align },
        ...Object.entries(offsets).map(([field, at]) => {
          const offset = `offsetof(${name}, ${field})`;
          return { what: offset, ask: offset, ours: at };
        }),
      ];
    });
    const answers = constants(
      arch,
      questions.map(({ ask }) => ask),
    );
    const wrong = questions
      .map(({ what, ours }, i) => ({ what, ours, c: answers[i] }))
      .filter(({ ours, c }) => ours !== c);
    expect(wrong).toEqual([]);
    expect(questions.length).toBeGreaterThan(150);
  });
});

/** Where the headers put an underscore. */
const SPELT: Readonly<Record<string, string>> = {
  hardwareDriver: 'HARDWARE_DRIVER',
  softwareUpdate: 'SOFTWARE_UPDATE',
  networkConnectivity: 'NETWORK_CONNECTIVITY',
  servicePackUninstall: 'SERVICEPACK_UNINSTALL',
  softwareUpdateUninstall: 'SOFTWARE_UPDATE_UNINSTALL',
  securityFixUninstall: 'SECURITYFIX_UNINSTALL',
};

describe('the reasons of a stop', () => {
  it.skipIf(missing('x64') !== undefined)('have the numbers of the C headers', () => {
    const questions: readonly (readonly [string, number])[] = [
      ['FLAG_PLANNED', PLANNED],
      ['FLAG_UNPLANNED', UNPLANNED],
      ...Object.entries(AREA_CODES).map(([name, code]) => [`MAJOR_${name.toUpperCase()}`, code] as const),
      ...Object.entries(CAUSE_CODES).map(
        ([name, code]) => [`MINOR_${SPELT[name] ?? name.toUpperCase()}`, code] as const,
      ),
    ];
    const answers = constants(
      'x64',
      questions.map(([name]) => `SERVICE_STOP_REASON_${name}`),
    );
    expect(questions.map(([name], i) => [name, answers[i]])).toEqual(questions);
  });

  it('are planned and the application’s own, where nothing else is said', () => {
    expect(reasonCode({})).toBe(PLANNED + AREA_CODES.application + CAUSE_CODES.none);
    expect(reasonCode({ planned: false, area: 'software', cause: 'hung' })).toBe(0x1004_0006);
    expect(reasonCode({ code: 0x2040_0100, cause: 'hung' })).toBe(0x2040_0100);
  });
});

/** Where the data begins, rounded up as every size is. */
function upTo(name: string, data: string): string {
  return `(offsetof(${name}, ${data}) + _Alignof(${name}) - 1) / _Alignof(${name}) * _Alignof(${name})`;
}

describe('the list of structures', () => {
  it('has every one that the sources define', () => {
    const defined = sourceFiles('src').flatMap((file) =>
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(/defineStruct\(\s*'([^']+)'/g)].map(([, name]) => name ?? ''),
    );
    expect(structs.map(({ name }) => name).sort()).toEqual(defined.sort());
  });
});
