// @ts-check
/** Secrets: who can decrypt them, and who can read their folder. */
import { join } from 'node:path';
import { openSecretStore, protect, unprotect } from 'winsvc/secret';
import { expectPrivate } from '../access.mjs';
import { programData, removeFolder } from '../leftovers.mjs';
import { expect } from '../verdict.mjs';

const VALUE = 'S3cr3t';

/** @type {import('../check.mjs').Check[]} */
export const checks = [
  {
    id: 'secret-folder',
    title: 'The secrets of a service are encrypted, and open to SYSTEM, administrators and the service only (icacls)',
    wine: 'its folders have the access of the Linux user',
    async run(kit) {
      const { name } = await kit.install('secret', { account: 'virtual' });
      const store = openSecretStore(name);
      kit.onCleanup(() => removeFolder(join(programData(), name)));
      await store.set('DB', VALUE, { account: `NT SERVICE\\${name}` });
      expect((await store.get('db')) === VALUE, 'the secret does not come back');
      return expectPrivate(kit, store.folder);
    },
  },
  {
    id: 'secret-user',
    title: 'A secret of scope `user` is refused to another account, and one of scope `machine` is not',
    wine: 'every process is the same user there',
    async run(kit) {
      kit.needsSharedNode();
      const user = await protect(VALUE, { scope: 'user' });
      const machine = await protect(VALUE, { scope: 'machine' });
      expect((await unprotect(user)) === VALUE, 'the account itself can not decrypt it');
      for (const account of ['localSystem', 'virtual']) {
        const { name, service, facts } = await kit.install('scope', { account }, { unprotect: [machine, user] });
        if (account === 'virtual') await kit.share(`NT SERVICE\\${name}`);
        await service.start();
        const [ofMachine, ofUser] = facts()?.['secrets'] ?? [];
        expect(ofMachine === VALUE, `${account} reads a secret of the machine as ${String(ofMachine)}`);
        expect(ofUser === 'SECRET_UNREADABLE', `${account} reads a secret of this user as ${String(ofUser)}`);
      }
      return 'LocalSystem and a virtual account get SECRET_UNREADABLE';
    },
  },
];
