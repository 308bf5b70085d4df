/**
 * Returns whether another service of this machine is running. Rejects when there is none of this name.
 *
 * @throws Win32Error 1060, 5
 */
export async function isServiceRunning(name: string): Promise<boolean> {
  const { openServiceManager } = await import('./manager/index.ts');
  const manager = await openServiceManager();
  try {
    const { state } = await manager.service(name).status();
    return state === 'running';
  } finally {
    await manager.close();
  }
}
