/** Longest id of a sender, in characters. */
const MAX_LENGTH = 200;
/** Control characters, invisible ones, ones that change the direction of a text, and halves of pairs. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/u;

/** Returns whether a value may be the id of a sender. Sender and receiver ask the same. */
export function isSenderId(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= MAX_LENGTH && !UNSAFE.test(value);
}
