import { defineService, type Service } from 'winsvc';

/** What the program of a service does, beside starting and stopping. */
export type Behaviour = 'plain' | 'slow' | 'fails';

export interface Backstage {
  startedWith(args: readonly string[]): void;
  wait(ms: number): Promise<void>;
}

export const SLOW_MS = 300;

/** The services that the manager's contract installs. */
export function createBehaviour(name: string, behaviour: Behaviour, { startedWith, wait }: Backstage): Service<string> {
  return defineService<string>({
    name,
    async start(ctx) {
      if (behaviour === 'fails') throw new Error('it fails on purpose');
      startedWith(ctx.args);
      if (behaviour === 'slow') {
        await wait(SLOW_MS);
        ctx.checkpoint('half of it');
        await wait(SLOW_MS);
      }
    },
    async stop() {
      if (behaviour === 'slow') await wait(SLOW_MS);
    },
    pause: () => undefined,
    resume: () => undefined,
    on: { paramChange: () => undefined },
    commands: { rotate: { code: 200, run: () => undefined } },
  });
}
