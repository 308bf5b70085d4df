// Workflows of GitHub Actions, in the recipe and of the project itself, are held to the schema of GitHub.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateWorkflow } from '@action-validator/core';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../support/imports.ts';
import { readPage } from '../support/docs-commands.ts';
import { deploymentWorkflow, type Workflow } from './deployment-workflow.ts';

const FOLDER = join(ROOT, '.github/workflows');
const texts: readonly (readonly [string, string])[] = [
  ['docs/recipes/ci.md', deploymentWorkflow()],
  ...readdirSync(FOLDER).map(
    (name) => [`.github/workflows/${name}`, readFileSync(join(FOLDER, name), 'utf8')] as const,
  ),
];
const problemsOf = (text: string): unknown[] => (validateWorkflow(text) as { errors: unknown[] }).errors;

describe('workflows', () => {
  it.each(texts)('%s: follows the schema', (_file, text) => {
    expect(problemsOf(text)).toEqual([]);
  });

  it.each(texts)('%s: jobs need jobs that exist, and expressions end', (_file, text) => {
    const { jobs } = parse(text) as Workflow;
    for (const { needs = [] } of Object.values(jobs))
      expect(Object.keys(jobs)).toEqual(expect.arrayContaining([needs].flat()));
    expect([...text.matchAll(/\$\{\{/g)]).toHaveLength([...text.matchAll(/\$\{\{[^{}]+\}\}/g)].length);
  });

  it.each([
    ['a key that does not exist', (text: string) => text.replace('runs-on', 'run-on')],
    ['a step that is neither', (text: string) => text.replace('- uses: actions/checkout@v4', '- name: x')],
    ['an event that does not exist', (text: string) => text.replace('push:', 'psuh:')],
  ])('%s is noticed', (_title, change) => {
    expect(problemsOf(change(deploymentWorkflow()))).not.toEqual([]);
  });
});

it('the recipe passes the files of the build to the deployment under one name', () => {
  const { jobs } = parse(deploymentWorkflow()) as Workflow;
  const names = Object.values(jobs).flatMap(({ steps }) =>
    steps.filter(({ uses = '' }) => uses.includes('artifact')).map((step) => step.with?.['name']),
  );
  expect(names).toEqual(['orders', 'orders']);
  expect(readPage('docs/recipes/ci.md')).toContain('ensure --check');
});
