/** Formats the 16 bytes of a GUID as `{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}`, lower case. The first three parts are little-endian. */
export function formatGuid(guid: Buffer): string {
  const hex = (from: number, to: number, little: boolean): string => {
    const part = Buffer.from(guid.subarray(from, to));
    return (little ? part.reverse() : part).toString('hex');
  };
  return `{${hex(0, 4, true)}-${hex(4, 6, true)}-${hex(6, 8, true)}-${hex(8, 10, false)}-${hex(10, 16, false)}}`;
}

/** Encodes a GUID, which was checked before, as its 16 bytes. */
export function parseGuid(text: string): Buffer {
  const [a = '', b = '', c = '', d = '', e = ''] = text.replace(/[{}]/g, '').split('-');
  const little = (hex: string): Buffer => Buffer.from(hex, 'hex').reverse();
  return Buffer.concat([little(a), little(b), little(c), Buffer.from(d, 'hex'), Buffer.from(e, 'hex')]);
}
