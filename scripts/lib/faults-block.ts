import { FAILURE_IDS } from '../../src/errors/event-ids.ts';
import { type End, type Fault, LINES_KEPT, type Times } from '../../test/faults/fault.ts';
import { FAULTS } from '../../test/faults/table.ts';

/** What a deadline is called, by a value that stands for it. */
const TIMES: Times = { start: 1, stop: 2, control: 3, hook: 4, hang: 5 };
const NAMES = ['0', '`timeouts.start`', '`timeouts.stop`', '`timeouts.control`', 'its `timeout`', '`hang.timeout`'];

/** The head of the table, and a row for each fault that `npm run test:faults` proves. */
export function faultRows(): readonly [head: readonly string[], rows: readonly (readonly string[])[]] {
  const head = [
    'Fault',
    'Over after',
    'Still runs',
    'The SCM sees',
    'The one record',
    'Lines logged before',
    'Recovery',
  ];
  return [
    head,
    FAULTS.map((fault) => [
      fault.name,
      over(fault),
      fault.end.state === 'running' ? 'everything' : fault.ran.map((what) => RAN[what]).join(', ') || 'nothing',
      seen(fault.end),
      recordOf(fault),
      LINES_KEPT[fault.lines],
      RECOVERY[fault.end.state],
    ]),
  ];
}

const RAN = { stop: '`stop`', hooks: 'the hooks' } as const;

const RECOVERY: Readonly<Record<End['state'], string>> = {
  stopped: 'with `recoverOnFailureExit`',
  crashed: 'always',
  running: 'not needed',
};

function over({ deadline, lagMs = 0 }: Fault): string {
  const name = NAMES[deadline(TIMES)] ?? '';
  return lagMs === 0 ? name : `${name} + up to ${lagMs / 1_000} s`;
}

function seen(end: End): string {
  switch (end.state) {
    case 'stopped':
      return 'win32' in end.exit ? `STOPPED, ${end.exit.win32}` : `STOPPED, 1066 with ${end.exit.service}`;
    case 'crashed':
      return `no STOPPED; the process ends with ${end.process}`;
    case 'running':
      return 'RUNNING';
  }
}

function recordOf({ record, warning, end }: Fault): string {
  if (record) return `\`${record.code}\`, event ${FAILURE_IDS[record.code]}`;
  if (warning !== undefined) return 'a warning in the event log';
  return end.state === 'crashed' ? 'of Windows only' : '–';
}
