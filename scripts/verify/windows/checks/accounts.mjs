// @ts-check
/** Accounts, SID type, privileges, access. */
import { expect, skip } from '../verdict.mjs';

const WINE = 'every service is the same user there';

/** @type {import('../check.mjs').Check[]} */
export const checks = [
  {
    id: 'account-virtual',
    title: 'A virtual account runs the service',
    wine: WINE,
    async run(kit) {
      kit.needsSharedNode();
      const { name, service, facts } = await kit.install('virtual', { account: 'virtual' });
      await kit.share(`NT SERVICE\\${name}`);
      await service.start();
      const user = String(facts()?.['user']);
      expect(user.toLowerCase() === `nt service\\${name}`.toLowerCase(), `it runs as ${user}`);
      return user;
    },
  },
  {
    id: 'account-gmsa',
    title: 'A group managed service account runs the service',
    async run(kit) {
      const account = process.env['WINSVC_VERIFY_GMSA'];
      if (!account) skip('set WINSVC_VERIFY_GMSA to DOMAIN\\name$ of an account that this machine may use');
      kit.needsSharedNode();
      const { service, facts } = await kit.install('gmsa', { account });
      await kit.share(account);
      await service.start();
      const user = String(facts()?.['user']);
      expect(user.toLowerCase() === account.toLowerCase(), `it runs as ${user}`);
      return user;
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
    wine: 'its SCM stores no descriptor',
    async run(kit) {
      const { name, service } = await kit.install('sddl', {
        securityDescriptor: 'D:(A;;CCLCSWRPWPDTLOCRRC;;;SY)(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;;LC;;;IU)',
      });
      const before = (await service.config()).securityDescriptor ?? '';
      expect(before.includes('(A;;LC;;;IU)'), `read: ${before}`);
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
      const text = await kit.asLocalService([`sc.exe query ${name}`, `sc.exe stop ${name}`]);
      expect(/: 4 /.test(text), `the query was refused: ${text}`);
      expect(/\b5:/.test(text), `the stop was not refused with 5: ${text}`);
      expect((await service.status()).state === 'running', 'the stop was allowed');
      return 'LocalService may query, and its stop is refused with 5';
    },
  },
  {
    id: 'grant-control',
    title: 'winsvc watchdog grant lets a virtual account stop the named service, and change no setting of it',
    wine: WINE,
    async run(kit) {
      kit.needsSharedNode();
      const target = await kit.install('target');
      const run = [
        ['sc.exe', 'stop', target.name],
        ['sc.exe', 'config', target.name, 'start=', 'disabled'],
      ];
      const { name, service, facts } = await kit.install('granted', { account: 'virtual' }, { run });
      await kit.share(`NT SERVICE\\${name}`);
      const outputs = async () => {
        await service.restart();
        return /** @type {string[]} */ (facts()?.['outputs']);
      };
      await target.service.start();
      const [refused = ''] = await outputs();
      expect(/\b5:/.test(refused), `without the grant the stop was not refused with 5: ${refused}`);
      const granted = await kit.cli('watchdog', 'grant', target.name, '--to', name);
      expect(granted.code === 0, `grant failed: ${granted.stderr}`);
      const [stopped = '', config = ''] = await outputs();
      await target.service.waitFor('stopped', { timeout: '30s' }).catch(() => undefined);
      expect((await target.service.status()).state === 'stopped', `the stop was refused: ${stopped}`);
      expect(/\b5:/.test(config), `the change of a setting was not refused with 5: ${config}`);
      await kit.cli('watchdog', 'grant', target.name, '--to', name, '--revoke');
      await target.service.start();
      const [revoked = ''] = await outputs();
      expect(/\b5:/.test(revoked), `after --revoke the stop was not refused with 5: ${revoked}`);
      return `NT SERVICE\\${name} may stop it while it has the right`;
    },
  },
  {
    id: 'process-not-opened',
    title: 'stop() of an account that may not open the process returns after its end',
    wine: WINE,
    async run(kit) {
      kit.needsSharedNode();
      const { name, service } = await kit.install('foreign', {
        securityDescriptor:
          'D:(A;;CCDCLCSWRPWPDTLOCRSDRCWDWO;;;BA)(A;;CCLCSWRPWPDTLOCRRC;;;SY)(A;;CCLCSWRPWPDTLOCRRC;;;LS)',
      });
      await service.start();
      const { pid } = await service.status();
      const text = await kit.asLocalService([kit.node('stop-service.mjs', name, String(pid))]);
      expect(text.includes('before: EPERM'), `LocalService could open the process: ${text}`);
      expect(text.includes('after: ESRCH'), `stop() returned while the process ran: ${text}`);
      return `process ${pid} could not be opened, and was gone after stop()`;
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
