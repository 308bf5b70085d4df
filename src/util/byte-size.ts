const UNITS = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 } as const;

/** Returns the bytes of a size: a positive whole number, or a text such as `'512M'`. `undefined`: it isn't one. */
export function toBytes(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value > 0 ? value : undefined;
  const [, number, unit] = (typeof value === 'string' ? /^([1-9]\d*)([KMG])$/.exec(value) : undefined) ?? [];
  const bytes = number && unit ? Number(number) * UNITS[unit as keyof typeof UNITS] : undefined;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
