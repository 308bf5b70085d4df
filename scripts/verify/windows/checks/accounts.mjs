// @ts-check
/** Accounts, SID type, privileges, access. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, powershell, skip, waitUntil } from '../kit.mjs';

const WINE = 'every service is the same user there';

/** @type {import('../check.mjs').Check[]} */
export const checks = [
  {
    id: 'account-virtual',
    title: 'A virtual account runs the service',
    wine: WINE,
    async run(kit) {
      const { name, service, facts } = await kit.install('virtual', { account: 'virtual' });
      // The account may write into the folder of the check.
      const granted = await kit.run('icacls.exe', kit.folder, '/grant', `NT SERVICE\\${name}:(OI)(CI)M`);
      expect(granted.code === 0, granted.stderr);
      await service.start();
      const user = String(facts()?.['user']);
      expect(user.toLowerCase() === name.toLowerCase(), `it runs as ${user}`);
      return `NT SERVICE\\${user}`;
    },
  },
  {
    id: 'account-gmsa',
    title: 'A group managed service account runs the service',
    async run(kit) {
      const account = process.env['WINSVC_VERIFY_GMSA'];
      if (!account) skip('set WINSVC_VERIFY_GMSA to DOMAIN\\name$ of an account that this machine may use');
      const { service, facts } = await kit.install('gmsa', { account });
      await kit.run('icacls.exe', kit.folder, '/grant', `${account}:(OI)(CI)M`);
      await service.start();
      const user = String(facts()?.['user']);
      expect(account.toLowerCase().endsWith(`\\${user}`.toLowerCase()), `it runs as ${user}`);
      return account;
    },
  },
  {
    id: 'sid-type',
    title: 'SID type unrestricted adds the SID of the service to its token',
    wine: 'its SCM stores no SID type (124)',
    async run(kit) {
      const { name, service, facts } = await kit.install('sid', { sidType: 'unrestricted' });
      await service.start();
      const groups = String(facts()?.['groups']);
      expect(groups.toLowerCase().includes(`nt service\\${name}`.toLowerCase()), groups);
      return `NT SERVICE\\${name} is in the token`;
    },
  },
  {
    id: 'privileges',
    title: 'Required privileges are the only ones that the process has',
    wine: 'its SCM stores no privileges (124)',
    async run(kit) {
      const { service, facts } = await kit.install('privileges', { requiredPrivileges: ['SeChangeNotifyPrivilege'] });
      await service.start();
      const held = [...String(facts()?.['privileges']).matchAll(/Se\w+Privilege/g)].map(([name]) => name);
      expect(held.length === 1 && held[0] === 'SeChangeNotifyPrivilege', `it has ${held.join(', ')}`);
      return held.join(', ');
    },
  },
  {
    id: 'security-descriptor',
    title: 'A security descriptor is stored, read back, and stored again unchanged',
    async run(kit) {
      const { name, service } = await kit.install('sddl', {
        securityDescriptor: 'D:(A;;CCLCSWRPWPDTLOCRRC;;;SY)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;;CCLCSWLOCRRC;;;IU)',
      });
      const before = (await service.config()).securityDescriptor;
      expect(typeof before === 'string' && before.includes('D:'), `read: ${String(before)}`);
      const { changes } = await kit.scm.ensure({ name, securityDescriptor: before }, { plan: true });
      expect(changes.length === 0, `ensure would change ${JSON.stringify(changes)}`);
      return before;
    },
  },
  {
    id: 'rights-limited',
    title: 'An account without rights can query a service, and is refused a stop with 5',
    wine: WINE,
    async run(kit) {
      const { name, service } = await kit.install('rights');
      await service.start();
      const task = kit.newName('task');
      const out = join(kit.folder, 'limited.txt');
      await kit.run('icacls.exe', kit.folder, '/grant', '*S-1-5-19:(OI)(CI)M');
      const batch = join(kit.folder, 'limited.cmd');
      writeFileSync(
        batch,
        `@sc.exe query ${name} > "${out}"\r\n@sc.exe stop ${name} >> "${out}"\r\n@echo done >> "${out}"\r\n`,
      );
      await powershell(
        `$a = New-ScheduledTaskAction -Execute cmd.exe -Argument '/d /c "${batch}"'; ` +
          `$p = New-ScheduledTaskPrincipal -UserId 'S-1-5-19' -LogonType ServiceAccount; ` +
          `Register-ScheduledTask -TaskName '${task}' -Action $a -Principal $p | Out-Null; Start-ScheduledTask -TaskName '${task}'`,
      );
      kit.onCleanup(() => powershell(`Unregister-ScheduledTask -TaskName '${task}' -Confirm:$false`));
      const { readFileSync, existsSync } = await import('node:fs');
      const text = await waitUntil(
        () => {
          const now = existsSync(out) ? readFileSync(out, 'utf8') : '';
          return now.includes('done') && now;
        },
        { ms: 30_000, what: 'the task of LocalService' },
      );
      expect(/\b5\b/.test(text), text);
      expect((await service.status()).state === 'running', 'the stop was allowed');
      return 'LocalService may query, and its stop is refused with 5';
    },
  },
  {
    id: 'delayed-start',
    title: 'Delayed automatic start is stored, and read back',
    wine: 'Wine 8 refuses it with 124',
    async run(kit) {
      const { service } = await kit.install('delayed', { startType: 'delayed' });
      const { startType } = await service.config();
      expect(startType === 'delayed', `read: ${startType}`);
      return startType;
    },
  },
];
