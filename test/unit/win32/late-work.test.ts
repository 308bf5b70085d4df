import { describe, expect, it } from 'vitest';
import type { Ffi } from '../../../src/win32/ffi/ffi.ts';
import type { FromHostThread } from '../../../src/win32/host/messages.ts';
import { PostStartTasks } from '../../../src/win32/host/post-start-tasks.ts';

describe('controls that nobody can read', () => {
  it('are reported once each, however often they come', () => {
    const posted: FromHostThread[] = [];
    const late = new PostStartTasks({} as Ffi, (message) => posted.push(message));
    for (const control of [14, 14, 13, 14, 13]) late.undecodable(control, new Error('not readable'));
    expect(
      posted.map((message) => message.type === 'warned' && 'message' in message.warning && message.warning.message),
    ).toEqual([
      "Control 14 came with data that can't be read, and was answered as not implemented: not readable",
      "Control 13 came with data that can't be read, and was answered as not implemented: not readable",
    ]);
  });

  it('do not hold up the end: it comes at once where nothing was asked for', () => {
    const order: string[] = [];
    new PostStartTasks({} as Ffi, () => undefined).end(() => order.push('ended'));
    expect(order).toEqual(['ended']);
  });
});
