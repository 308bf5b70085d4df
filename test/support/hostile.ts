import fc from 'fast-check';

const PIECES = [
  ...[
    '"',
    "'",
    '\\',
    '%',
    '%PATH%',
    '${',
    '}',
    '$(',
    '`',
    '<',
    '>',
    '&',
    '|',
    ';',
    '=',
    ':',
    '=:',
    '#',
    '/',
    '//',
    '..',
  ],
  ...[
    '\0',
    '\n',
    '\r\n',
    '\t',
    ' ',
    '\u001b[2J',
    '\u0085',
    '\u202e',
    '\u2028',
    '\ufeff',
    '\ud800',
    '\udc00',
    '😀',
    'ü',
    '試',
  ],
  ...[
    '{',
    '[',
    ']',
    ',',
    '-',
    '--',
    '- ',
    '0',
    '1',
    '9007199254740993',
    '1e999',
    'true',
    'null',
    '__proto__',
    'constructor',
  ],
  ...[
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '<a b="',
    '</a>',
    '&#0;',
    '&amp;',
    '<!DOCTYPE',
    'CON',
    'nul.txt',
    'a',
    'B',
  ],
  ...['file:///', 'http://u:p@h/', 'D:(A;;GA;;;BA)', 'S-1-5-18', '5s', '2h', 'ms', 'winsvc_', 'password'],
];

/** Texts made of what parsers, shells, terminals and formats react to, and of any characters. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: fc.constantFrom(...PIECES), maxLength: 24 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'grapheme', maxLength: 3 })),
    maxLength: 16,
  }),
);

/** Any value that an app or a file can hand over. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withTypedArray: true,
  }),
  fc.jsonValue(),
);

/** Objects of JSON with any names. */
export const hostileObject: fc.Arbitrary<Record<string, unknown>> = fc.dictionary(hostileText, fc.jsonValue(), {
  maxKeys: 6,
});

/** Throws, as a getter or a method of the app can. */
export function fail(): never {
  throw new Error('from the app');
}
/** Error with a getter that throws. */
export const withGetter = (key: string): Error => Object.defineProperty(new Error('outer'), key, { get: fail });
/** Proxy that throws at every use. */
export const revoked = (target: object): object => {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
};

/** Characters that change what a terminal shows. */
export const TERMINAL_HAZARD = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

const SURROGATE = /\p{Surrogate}/u;
/** Returns whether a text has no half of a surrogate pair. */
export const isWellFormed = (text: string): boolean => !SURROGATE.test(text);
/** Replaces halves of surrogate pairs, as UTF-8 does. */
export const toWellFormed = (text: string): string => text.replace(new RegExp(SURROGATE, 'gu'), '\ufffd');
