/** Keys that protect data: those of the machine, for every process on it, or those of the account of this process. */
export type ProtectionScope = 'machine' | 'user';

/** Encryption with keys that Windows keeps. */
export interface DataProtection {
  /**
   * Encrypts bytes.
   *
   * @param context text that is needed again to decrypt them; it isn't kept with them
   * @throws Win32Error
   */
  protect(data: Uint8Array, context: string, scope: ProtectionScope): Promise<Buffer>;
  /** Decrypts bytes. @throws Win32Error when they were changed, or belong to another machine, account or context */
  unprotect(data: Uint8Array, context: string): Promise<Buffer>;
}
