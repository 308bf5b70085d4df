import type { Life, LifeEffect, Phase, StopStage } from './life.ts';

/** A life during a step. */
export class Draft {
  life: Life;
  readonly effects: LifeEffect[] = [];

  constructor(life: Life) {
    this.life = life;
  }
  set(change: Partial<Life>): void {
    this.life = { ...this.life, ...change };
  }
  emit(effect: LifeEffect): void {
    this.effects.push(effect);
  }
  enter(phase: Phase): void {
    this.set({ phase });
  }
  get stage(): StopStage | undefined {
    return this.life.phase.name === 'stopping' ? this.life.phase.stage : undefined;
  }
}
