import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { defineService } from '../../../src/index.ts';
import { mainFile } from '../../../src/upgrade/state/release-line.ts';
import { turn } from '../../../src/testing/time/manual-clock.ts';
import { createMockScm, type MockScm } from '../../../src/testing/index.ts';
import { createDiskReleaseFiles } from '../../../src/upgrade/disk-release-files.ts';
import type { ReleaseState } from '../../../src/upgrade/state/release-state.ts';
import type { UpgradeOptions } from '../../../src/upgrade/upgrade-options.ts';
import { type ReleaseFiles, targetsOf, type UpgradeParts } from '../../../src/upgrade/upgrade-parts.ts';

export const SERVICE = 'Bestellungen Ü';

/** How a release behaves; it is in the file `release.json` of its folder. */
export interface Behavior {
  readonly version: string;
  readonly start?: 'ok' | 'throws' | 'hangs';
  readonly stop?: 'ok' | 'hangs';
  /** It fails so long after its start. */
  readonly failsAfterMs?: number;
}

/** A mocked machine with a service in a folder of the real disk. */
export class World {
  readonly scm: MockScm;
  readonly dir: string;
  readonly app: string;
  readonly records: { severity: string; id: number; message: string }[] = [];
  /** Versions that were started, in order. */
  readonly started: string[] = [];
  #busy = 0;

  private constructor(dir: string, scm: MockScm) {
    this.dir = dir;
    this.scm = scm;
    this.app = join(dir, 'Orders Größe');
  }

  static async create(behavior: Behavior = { version: '1.0.0' }, scm = createMockScm()): Promise<World> {
    const world = new World(await mkdtemp(join(tmpdir(), 'winsvc upgrade ')), scm);
    world.writeRelease('Orders Größe', behavior);
    await scm.manager().install({
      name: SERVICE,
      imagePath: `"/opt/node" "--require=${join(world.app, 'node_modules/winsvc/dist/load-guard.cjs')}" "${join(world.app, 'main.js')}" run`,
    });
    world.register();
    return world;
  }

  /** The program of the service: it does what the release says that the SCM starts. */
  register(name = SERVICE): void {
    const behavior = async (): Promise<Behavior> => {
      const { imagePath } = await this.scm.manager().service(name).config();
      return JSON.parse(readFileSync(join(dirname(mainFile(imagePath)), 'release.json'), 'utf8')) as Behavior;
    };
    let running: Behavior;
    this.scm.register(
      name,
      defineService({
        name,
        timeouts: { start: '1h', stop: '1h' },
        start: async (ctx) => {
          running = await behavior();
          this.started.push(running.version);
          if (running.start === 'throws') throw new Error('no database');
          if (running.start === 'hangs') await new Promise(() => undefined);
          if (running.failsAfterMs !== undefined)
            this.scm.clock.setTimeout(() => ctx.fail(new Error('out of memory')), running.failsAfterMs);
        },
        stop: async () => {
          if (running.stop === 'hangs') await new Promise(() => undefined);
        },
      }),
    );
  }

  /** Writes a folder with a release. */
  writeRelease(name: string, behavior: Behavior, files: Readonly<Record<string, string>> = {}): string {
    const folder = join(this.dir, name);
    mkdirSync(folder, { recursive: true });
    const all: Record<string, string> = {
      'package.json': JSON.stringify({ name: 'orders', version: behavior.version, main: 'main.js' }),
      'release.json': JSON.stringify(behavior),
      'main.js': `// ${behavior.version}`,
      ...files,
    };
    for (const [file, text] of Object.entries(all)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    return folder;
  }

  get root(): string {
    return join(`${this.app}.releases`, SERVICE);
  }

  get state(): ReleaseState {
    return JSON.parse(readFileSync(join(this.root, 'releases.json'), 'utf8')) as ReleaseState;
  }

  /** Folders of releases that are on the disk. */
  get folders(): string[] {
    return existsSync(this.root)
      ? readdirSync(this.root)
          .filter((name) => name !== 'releases.json')
          .sort()
      : [];
  }

  parts(changes: Partial<UpgradeParts> = {}): UpgradeParts {
    const { scm } = this;
    return {
      ...targetsOf(scm.manager(), SERVICE),
      files: this.#counted(createDiskReleaseFiles()),
      clock: scm.clock,
      record: (severity, id, message) => void this.records.push({ severity, id, message }),
      kill: () => scm.runs(SERVICE).at(-1)?.process.kill(),
      alive: () => scm.runs(SERVICE).at(-1)?.process.gone === false,
      lock: () => Promise.resolve(() => undefined),
      ...changes,
    };
  }

  options(changes: Partial<UpgradeOptions> & { readonly from: string }): UpgradeOptions {
    return { service: SERVICE, adopt: true, ...changes };
  }

  /** Waits for work while the virtual time goes on. */
  async play<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const end = (): void => void (done = true);
    work.then(end, end);
    while (!(done as boolean)) {
      if (this.#busy === 0) await this.scm.clock.advance(20);
      else await turn();
    }
    return work;
  }

  /** Virtual time stands still while the disk works. */
  #counted(files: ReleaseFiles): ReleaseFiles {
    const count =
      <A extends readonly unknown[], T>(call: (...args: A) => Promise<T>) =>
      async (...args: A): Promise<T> => {
        this.#busy += 1;
        try {
          return await call(...args);
        } finally {
          this.#busy -= 1;
        }
      };
    return Object.fromEntries(
      Object.entries(files).map(([name, call]) => [name, count(call as (...args: unknown[]) => Promise<unknown>)]),
    ) as unknown as ReleaseFiles;
  }

  /** The version whose program the service runs; `undefined`: it is stopped. */
  async runs(): Promise<string | undefined> {
    const { state } = await this.scm.manager().service(SERVICE).status();
    return state === 'running' ? this.started.at(-1) : undefined;
  }

  /** The version that the command line of the service names. */
  async points(): Promise<string> {
    const { imagePath } = await this.scm.manager().service(SERVICE).config();
    const file = join(dirname(mainFile(imagePath)), 'release.json');
    return (JSON.parse(readFileSync(file, 'utf8')) as Behavior).version;
  }

  remove(): Promise<void> {
    return rm(this.dir, { recursive: true, force: true });
  }
}
