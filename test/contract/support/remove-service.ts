import type { Agent } from '../../../rig/agent/client.mjs';
import { refusal } from '../driver.ts';

const ERROR_SERVICE_DOES_NOT_EXIST = 1060;

/** Ends and deletes a service, whatever an earlier run left of it. */
export async function removeService(agent: Agent, name: string): Promise<void> {
  const found = await agent.status(name).catch((error: unknown) => error as { code: number });
  if ('code' in found) {
    if (found.code === ERROR_SERVICE_DOES_NOT_EXIST) return;
    throw new Error(`status of ${name}`, { cause: found });
  }
  if (found.pid !== 0) {
    // It may end by itself meanwhile.
    await agent.kill(found.pid).catch(() => undefined);
    await agent.waitGone(found.pid, 10_000);
  }
  // 1072: it is marked for deletion already.
  await refusal(agent.delete(name));
  await agent.waitDeleted(name, 10_000);
}
