/** Beyond this what the disk can't take is dropped, and counted: an app that can't log must not run out of memory. */
const MAX_CHARACTERS = 32 * 2 ** 20;

/** Texts that wait because the ring is full, each small enough to fit into it. */
export class OverflowBuffer {
  #texts: string[] = [];
  #characters = 0;
  #dropped = 0;
  readonly #pieceCharacters: number;

  /** @param ringBytes the size of the ring; a text that is larger comes in pieces. */
  constructor(ringBytes: number) {
    // A character has up to three bytes.
    this.#pieceCharacters = Math.floor(ringBytes / 4);
  }

  get isEmpty(): boolean {
    return this.#texts.length === 0 && this.#dropped === 0;
  }

  add(text: string): void {
    if (this.#characters + text.length > MAX_CHARACTERS) {
      this.#dropped += 1;
      return;
    }
    this.#characters += text.length;
    for (let at = 0; at < text.length;) {
      const end = wholeCharacter(text, at + this.#pieceCharacters);
      this.#texts.push(text.slice(at, end));
      at = end;
    }
  }

  /** Hands on what `write` takes, in order. */
  moveTo(write: (text: string) => boolean): void {
    if (this.isEmpty) return;
    let moved = 0;
    while (moved < this.#texts.length && write(this.#texts[moved] ?? '')) moved += 1;
    for (const text of this.#texts.splice(0, moved)) this.#characters -= text.length;
    if (this.#texts.length > 0 || this.#dropped === 0) return;
    if (write(`[winsvc] ${this.#dropped} writes were dropped: the disk was too slow, full or gone\n`))
      this.#dropped = 0;
  }
}

/** Never between the two halves of a character. */
function wholeCharacter(text: string, at: number): number {
  const code = text.charCodeAt(at - 1);
  return at < text.length && code >= 0xd800 && code <= 0xdbff ? at - 1 : at;
}
