import type { FileHandle } from 'node:fs/promises';

/** Reads `size` bytes from byte `from`; fewer at the end of the file. */
export async function readFully(file: FileHandle, from: number, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(size);
  let read = 0;
  while (read < size) {
    const { bytesRead } = await file.read(buffer, read, size - read, from + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return buffer.subarray(0, read);
}
