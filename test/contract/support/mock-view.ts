import type { ControlEvent } from 'winsvc';
import type { HistoryEntry, MockServiceRun } from 'winsvc/testing';
import type { Control, Seen } from '../driver.ts';

/** What the mock says, as the driver has it. */
export function seen(status: MockServiceRun['status'] | HistoryEntry): Seen {
  return {
    state: status.state,
    accepts: 'accepts' in status ? status.accepts : [],
    checkpoint: 'checkpoint' in status ? status.checkpoint : 0,
    waitHintMs: 'waitHintMs' in status ? status.waitHintMs : 0,
    exit: 'exit' in status ? status.exit : undefined,
  };
}

/** A control as the mock takes it. */
export function eventOf(control: Control): ControlEvent {
  switch (control) {
    case 'netBindAdd':
      return { type: 'netBind', change: 'add' };
    case 'netBindRemove':
      return { type: 'netBind', change: 'remove' };
    case 'netBindEnable':
      return { type: 'netBind', change: 'enable' };
    case 'netBindDisable':
      return { type: 'netBind', change: 'disable' };
    default:
      if (typeof control === 'string') return { type: control };
      return control === 5 ? { type: 'shutdown' } : { type: 'command', code: control };
  }
}
