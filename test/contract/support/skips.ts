import { expect } from 'vitest';
import { wineLevel } from '../../../rig/lib/layout.mjs';
import type { ScmKind } from '../driver.ts';
import { type ContractSuite, type Difference, DIFFERENCES } from './differences.ts';

interface Skip {
  readonly sentence: string;
  readonly reason: string;
}

/** Skips of one suite on one SCM, from the table of differences. */
export class Skips {
  readonly #rows: Readonly<Record<string, Difference>>;
  readonly #kind: ScmKind;
  readonly #scenarios = new Set<string>();
  readonly #skips: Skip[] = [];

  constructor(suite: ContractSuite, kind: ScmKind) {
    this.#rows = DIFFERENCES[suite];
    this.#kind = kind;
  }

  /** Returns whether a scenario is skipped here, and remembers it. */
  has(sentence: string): boolean {
    const row = this.#rows[sentence];
    this.#scenarios.add(sentence);
    const reason = row?.[this.#kind] ?? (this.#kind === 'wine' && wineLevel() === 8 ? row?.wine8 : undefined);
    if (reason !== undefined) this.#skips.push({ sentence, reason });
    return reason !== undefined;
  }

  /** Fails for a row without a scenario, and for one that Wine and the mock both skip, so that no run would prove it. */
  checkTable(): void {
    const rows = Object.entries(this.#rows);
    expect(rows.filter(([sentence]) => !this.#scenarios.has(sentence)).map(([sentence]) => sentence)).toEqual([]);
    expect(rows.filter(([, row]) => row.mock !== undefined && (row.wine ?? row.wine8) !== undefined)).toEqual([]);
  }

  /** Prints, at the end of a run, the scenarios that were not proven on this SCM, with the reason. */
  report(title: string): void {
    if (this.#skips.length === 0) return;
    const lines = this.#skips.map(({ sentence, reason }) => `  - ${sentence}: ${reason}`);
    process.stdout.write(`${title}: ${this.#skips.length} skipped\n${lines.join('\n')}\n`);
  }
}
