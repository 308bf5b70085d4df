/** Types of the fields of Win32 structures. Handles, strings and pointers are all `ptr`. */
export type FieldType =
  'u8' | 'u16' | 'u32' | 'i32' | 'u64' | 'ptr' | { readonly bytes: number; readonly align?: number };

type FieldValue<T extends FieldType> = T extends 'u64' | 'ptr' ? bigint : T extends string ? number : Buffer;
type Fields = Readonly<Record<string, FieldType>>;
export type StructValue<F extends Fields> = { [K in keyof F]: FieldValue<F[K]> };

export interface StructLayout<F extends Fields = Fields> {
  readonly size: number;
  readonly align: number;
  readonly offsets: Readonly<Record<keyof F, number>>;
}

export interface Struct<F extends Fields> extends StructLayout<F> {
  readonly name: string;
  /** Returns the layout for another size of pointers. */
  layoutFor(pointerBytes: number): StructLayout<F>;
  read(buffer: Buffer, at?: number): StructValue<F>;
  /** Writes the given fields and keeps the others. */
  write(buffer: Buffer, value: Partial<StructValue<F>>, at?: number): Buffer;
  /** Creates a zeroed buffer with these fields. */
  make(value: Partial<StructValue<F>>): Buffer;
}

export const POINTER_BYTES = process.arch === 'ia32' ? 4 : 8;

/**
 * Lays a structure out as the Windows C compilers do (each field at a multiple of its own alignment, the size at a
 * multiple of the largest), for pointers of `pointerBytes`. The C oracle checks every one of them.
 */
export function defineStruct<const F extends Fields>(
  name: string,
  fields: F,
  pointerBytes: number = POINTER_BYTES,
): Struct<F> {
  const { size, align, offsets } = layout(fields, pointerBytes);
  const write = (buffer: Buffer, value: Partial<StructValue<F>>, at = 0): Buffer => {
    for (const [field, type] of Object.entries(fields)) {
      const given = (value as Record<string, number | bigint | Buffer | undefined>)[field];
      if (given !== undefined) writeField(buffer, at + offsets[field as keyof F], type, given, pointerBytes);
    }
    return buffer;
  };
  return {
    name,
    size,
    align,
    offsets,
    layoutFor: (bytes) => layout(fields, bytes),
    read(buffer, at = 0) {
      const entries = Object.entries(fields).map(([field, type]) => [
        field,
        readField(buffer, at + (offsets[field] ?? 0), type, pointerBytes),
      ]);
      return Object.fromEntries(entries) as StructValue<F>;
    },
    write,
    make: (value) => write(Buffer.alloc(size), value),
  };
}

function layout<F extends Fields>(fields: F, pointerBytes: number): StructLayout<F> {
  const offsets: Record<string, number> = {};
  let end = 0;
  let align = 1;
  for (const [field, type] of Object.entries(fields)) {
    const own = alignOf(type, pointerBytes);
    end = Math.ceil(end / own) * own;
    offsets[field] = end;
    end += sizeOf(type, pointerBytes);
    align = Math.max(align, own);
  }
  const size = Math.ceil(end / align) * align;
  return { size, align, offsets: offsets as Record<keyof F, number> };
}

const SCALAR_BYTES = { u8: 1, u16: 2, u32: 4, i32: 4, u64: 8 } as const;

function sizeOf(type: FieldType, pointerBytes: number): number {
  if (typeof type === 'object') return type.bytes;
  return type === 'ptr' ? pointerBytes : SCALAR_BYTES[type];
}

function alignOf(type: FieldType, pointerBytes: number): number {
  return typeof type === 'object' ? (type.align ?? 1) : sizeOf(type, pointerBytes);
}

function readField(buffer: Buffer, at: number, type: FieldType, pointerBytes: number): number | bigint | Buffer {
  if (typeof type === 'object') return Buffer.from(buffer.subarray(at, at + type.bytes));
  switch (type) {
    case 'u8':
      return buffer.readUInt8(at);
    case 'u16':
      return buffer.readUInt16LE(at);
    case 'u32':
      return buffer.readUInt32LE(at);
    case 'i32':
      return buffer.readInt32LE(at);
    case 'u64':
      return buffer.readBigUInt64LE(at);
    case 'ptr':
      return pointerBytes === 8 ? buffer.readBigUInt64LE(at) : BigInt(buffer.readUInt32LE(at));
  }
}

function writeField(
  buffer: Buffer,
  at: number,
  type: FieldType,
  value: number | bigint | Buffer,
  pointerBytes: number,
): void {
  if (typeof type === 'object') {
    (value as Buffer).copy(buffer, at, 0, type.bytes);
    return;
  }
  switch (type) {
    case 'u8':
      buffer.writeUInt8(Number(value), at);
      return;
    case 'u16':
      buffer.writeUInt16LE(Number(value), at);
      return;
    case 'u32':
      buffer.writeUInt32LE(Number(value) >>> 0, at);
      return;
    case 'i32':
      buffer.writeInt32LE(Number(value), at);
      return;
    case 'u64':
      buffer.writeBigUInt64LE(value as bigint, at);
      return;
    case 'ptr':
      if (pointerBytes === 8) buffer.writeBigUInt64LE(value as bigint, at);
      else buffer.writeUInt32LE(Number(value), at);
  }
}
