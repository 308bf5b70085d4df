/** Returns the entry of a table, or `undefined`: a name from outside, such as `constructor`, never finds what every object has. */
export function lookUp<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
