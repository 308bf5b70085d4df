import { readPage } from '../support/docs-commands.ts';

/** Workflow of GitHub Actions, as far as the tests read it. */
export interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly needs?: string | readonly string[];
        readonly steps: readonly {
          readonly run?: string;
          readonly uses?: string;
          readonly with?: Record<string, unknown>;
        }[];
      }
    >
  >;
}

/** Returns the workflow of docs/recipes/ci.md. */
export function deploymentWorkflow(): string {
  const [, text] = /^```yaml\n([^]*?)^```$/m.exec(readPage('docs/recipes/ci.md')) ?? [];
  if (text === undefined) throw new Error('docs/recipes/ci.md has no workflow');
  return text;
}
