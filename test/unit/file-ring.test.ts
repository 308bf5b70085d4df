import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileRing } from '../../src/util/file-ring.ts';
import { numRuns } from '../support/num-runs.ts';

describe('FileRing', () => {
  it('gives back what was written, in order, over many turns round', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ text: fc.string({ maxLength: 40, unit: 'binary' }), flush: fc.boolean() })),
        (steps) => {
          const ring = new FileRing(64);
          let written = '';
          let read = Buffer.alloc(0);
          for (const { text, flush } of steps) {
            // Text and bytes alike.
            if (ring.write(written.length % 2 ? text : Buffer.from(text))) written += text;
            else expect(Buffer.byteLength(text)).toBeGreaterThan(64 - ring.length);
            if (!flush) continue;
            const piece = ring.peek();
            read = Buffer.concat([read, piece]);
            ring.beginAppend(piece.length, 2 ** 33 + read.length);
            expect([ring.appending, ring.appendedFrom]).toEqual([piece.length, 2 ** 33 + read.length]);
            ring.endAppend(piece.length);
            expect([ring.appending, ring.taken]).toEqual([0, read.length]);
          }
          expect(Buffer.concat([read, ring.peek()])).toEqual(Buffer.from(written));
        },
      ),
      { numRuns },
    );
  });

  it('is the same ring for the thread that shares its memory', () => {
    const ring = new FileRing(64);
    ring.write('first ');
    ring.endAppend(6);
    ring.write('second');
    const other = new FileRing(ring.shared);
    expect([other.peek().toString(), other.peek(3).toString(), other.taken]).toEqual(['second', 'sec', 6]);
  });
});
