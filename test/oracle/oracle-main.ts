/**
 * `node oracle.mjs <port> <oracle.dll>`: the SCM client, with the calls that Wine lacks in the oracle's DLL. It does
 * what the test says and answers with what the C side saw, or with what was read.
 */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { ConfigChange } from '../../src/scm/service-config.ts';
import { openFfi } from '../../src/win32/ffi/open-ffi.ts';
import { hasServiceLogon } from '../../src/win32/scm/logon-right.ts';
import { ScmCalls } from '../../src/win32/scm/scm-calls.ts';
import { Win32ScmClient } from '../../src/win32/scm/win32-scm-client.ts';
import { parse, stringify } from './wire.ts';

const [, , port = '', dll = ''] = process.argv;
const NAME = `winsvc oracle ${process.pid}`;
const ffi = openFfi();
const overrides = {
  ChangeServiceConfigW: dll,
  ChangeServiceConfig2W: dll,
  QueryServiceConfig2W: dll,
  ControlServiceExW: dll,
  LsaOpenPolicy: dll,
  LsaAddAccountRights: dll,
  LsaEnumerateAccountRights: dll,
  LsaFreeMemory: dll,
  LsaClose: dll,
};
const client = new Win32ScmClient(ffi, undefined, overrides);
const take = ffi.bind(dll, 'OracleTake', { returns: 'ptr', args: [] });
const setVariant = ffi.bind(dll, 'OracleVariant', { returns: 'void', args: ['u32'] });

const WORK = {
  async change(change: ConfigChange) {
    await client.change(NAME, change);
    return JSON.parse(ffi.readText(take() as bigint)) as unknown;
  },
  async read(variant: number) {
    setVariant(variant);
    return client.readConfig(NAME);
  },
  async grantLogon(account: string) {
    await client.grantServiceLogon(account);
    return JSON.parse(ffi.readText(take() as bigint)) as unknown;
  },
  async hasLogon({ account, variant }: { account: string; variant: number }) {
    setVariant(variant);
    try {
      const has = await hasServiceLogon(new ScmCalls(ffi, undefined, overrides), account);
      return { has, told: JSON.parse(ffi.readText(take() as bigint)) as unknown };
    } catch (error) {
      return { error: (error as Error).message, told: JSON.parse(ffi.readText(take() as bigint)) as unknown };
    }
  },
  async controlEx(comment: string | undefined) {
    const reason = { code: 0x4001_0001, ...(comment === undefined ? {} : { comment }) };
    const report = await client.control(NAME, 'stop', reason);
    return { report, told: JSON.parse(ffi.readText(take() as bigint)) as unknown };
  },
};

async function answer(line: string): Promise<void> {
  const { id, call, value } = parse(line) as { id: number; call: keyof typeof WORK; value: never };
  try {
    socket.write(`${stringify({ id, value: await WORK[call](value) })}\n`);
  } catch (error) {
    socket.write(`${stringify({ id, error: String((error as Error).stack) })}\n`);
  }
}

await client.create(NAME, { imagePath: '"C:\\oracle.exe"', startType: 'auto' });
const socket = connect({ host: '127.0.0.1', port: Number(port), noDelay: true });
socket.on('close', () => {
  void client
    .delete(NAME)
    .then(() => client.close())
    .finally(() => process.exit(0));
});
createInterface({ input: socket }).on('line', (line) => void answer(line));
