import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { createMockScm } from '../../../src/testing/index.ts';
import type { ServiceSpec } from '../../../src/manager/index.ts';
import { ROOT } from '../../support/imports.ts';

const FOLDER = join(ROOT, 'deploy/ansible');
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yml'));
const ansible = spawnSync('ansible-playbook', ['--version']);

describe('the role for Ansible', () => {
  it.each(files)('%s is YAML', (file) => {
    const documents = parseAllDocuments(readFileSync(join(FOLDER, file), 'utf8'));
    expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  });

  it('has an example whose specs winsvc takes', async () => {
    const [document] = parseAllDocuments(readFileSync(join(FOLDER, 'services.yml'), 'utf8'));
    const plays = document?.toJS() as { roles: { vars: { winsvc_services: ServiceSpec[] } }[] }[];
    const specs = plays.flatMap(({ roles }) => roles.flatMap(({ vars }) => vars.winsvc_services));
    expect(specs).toHaveLength(2);
    const manager = createMockScm({ clock: 'real' }).manager();
    for (const spec of specs) expect((await manager.ensure(spec, { plan: true })).created).toBe(true);
  });

  it.skipIf(ansible.status !== 0)('passes the syntax check of Ansible (skipped where Ansible is not installed)', () => {
    const { status, stdout, stderr } = spawnSync(
      'ansible-playbook',
      ['--syntax-check', '-i', 'web1,', 'services.yml'],
      { cwd: FOLDER, encoding: 'utf8' },
    );
    expect(stderr + stdout).not.toMatch(/ERROR/);
    expect(status).toBe(0);
  });
});
