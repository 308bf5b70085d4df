import { channel } from 'node:diagnostics_channel';
import { DROPPED_CHANNEL } from '../../util/dropped-channel.ts';
import { wholeCharacter } from '../../util/whole-character.ts';

/** Characters, or bytes, that wait beside the largest write: a program whose disk is full must not run out of memory. */
const MAX_WAITING = 32 * 2 ** 20;

const dropped = channel(DROPPED_CHANNEL);

/** Output that waits because the ring is full, in pieces that fit into it. */
export class OverflowBuffer {
  #pieces: (string | Uint8Array)[] = [];
  #waiting = 0;
  #largest = 0;
  #dropped = 0;
  readonly #pieceLength: number;
  readonly #describeDropped: (writes: number) => string;

  /**
   * @param ringBytes size of the ring
   * @param describeDropped makes the line that takes the place of dropped output
   */
  constructor(ringBytes: number, describeDropped: (writes: number) => string) {
    // A character has up to three bytes.
    this.#pieceLength = Math.floor(ringBytes / 4);
    this.#describeDropped = describeDropped;
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0 && this.#dropped === 0;
  }

  /** Adds one write, however large: only while more than the limit waits already is it dropped. */
  add(chunk: string | Uint8Array): void {
    if (this.#waiting >= MAX_WAITING + this.#largest) {
      this.#dropped += 1;
      dropped.publish({ writes: 1 });
      return;
    }
    this.#addMark();
    this.#waiting += chunk.length;
    this.#largest = Math.max(this.#largest, chunk.length);
    for (let at = 0; at < chunk.length;) {
      const end = Math.min(at + this.#pieceLength, chunk.length);
      const cut = typeof chunk === 'string' ? wholeCharacter(chunk, end) : end;
      // The bytes are the caller's, who may use them for something else.
      this.#pieces.push(
        typeof chunk === 'string' ? chunk.slice(at, cut) : Uint8Array.prototype.slice.call(chunk, at, cut),
      );
      at = cut;
    }
  }

  /** Hands on the pieces that `write` takes, in order. */
  moveTo(write: (piece: string | Uint8Array) => boolean): void {
    if (this.#pieces.length === 0) this.#addMark();
    let moved = 0;
    while (moved < this.#pieces.length && write(this.#pieces[moved] ?? '')) moved += 1;
    for (const piece of this.#pieces.splice(0, moved)) this.#waiting -= piece.length;
    if (this.#pieces.length === 0) this.#largest = 0;
  }

  #addMark(): void {
    if (this.#dropped === 0) return;
    const mark = this.#describeDropped(this.#dropped);
    this.#dropped = 0;
    this.#waiting += mark.length;
    this.#pieces.push(mark);
  }
}
