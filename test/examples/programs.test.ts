import { afterEach, describe, expect, it, vi } from 'vitest';
import { freePort, request } from '../../scripts/lib/http.ts';
import { type Program, startNode } from '../console/program.ts';
import { eventually } from '../support/eventually.ts';

const started: Program[] = [];
vi.setConfig({ testTimeout: 30_000 });

function start(file: string, args: string[] = [], env: Record<string, string> = {}): Program {
  const program = startNode(file, args, env);
  started.push(program);
  return program;
}

afterEach(async () => {
  for (const program of started.splice(0)) {
    program.kill('SIGKILL');
    await program.exited;
  }
});

// Signals between processes are not to be had on Windows.
describe.skipIf(process.platform === 'win32')('the examples in a terminal', () => {
  it('minimal runs until Ctrl+C', async () => {
    const program = start('examples/minimal/service.js');
    await program.waitFor('WinsvcMinimal: running');
    program.kill('SIGINT');
    expect(await program.exited).toEqual({ code: 0, signal: null });
  });

  it.each(['argument', 'PORT'])('express-app serves on the port of the %s, and finishes what it began', async (how) => {
    const port = await freePort();
    const program = start(
      'examples/express-app/main.js',
      how === 'argument' ? [String(port)] : [],
      how === 'PORT' ? { PORT: String(port) } : {},
    );
    await program.waitFor('WinsvcExpress: running');
    expect(await request(port, '/')).toMatchObject({ status: 200 });
    expect(await request(port, '/nowhere')).toMatchObject({ status: 404, text: '{"error":"not found"}' });
    expect(await request(port, '/broken')).toMatchObject({ status: 500, text: '{"error":"internal error"}' });
    await program.waitFor('This route always fails.');

    const slow = request(port, '/slow?ms=300');
    await eventually(async () => {
      expect(JSON.parse((await request(port, '/stats')).text)).toMatchObject({ slow: 1 });
    });
    program.kill('SIGINT');
    expect(await slow).toMatchObject({ status: 200, text: '{"waited":300}' });
    expect(await program.exited).toEqual({ code: 0, signal: null });
  });

  it('express-app fails and says why when its port is taken', async () => {
    const port = await freePort();
    const first = start('examples/express-app/main.js', [String(port)]);
    await first.waitFor('WinsvcExpress: running');
    const second = start('examples/express-app/main.js', [String(port)]);
    expect(await second.exited).toEqual({ code: 1, signal: null });
    expect(second.output).toContain(
      `The start handler failed: listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
    );
  });
});
