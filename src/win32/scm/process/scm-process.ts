import { openFfi } from '../../ffi/open-ffi.ts';
import { Win32ScmClient } from '../win32-scm-client.ts';
import { perform, type ScmAnswer, type ScmRequest, toPlainError } from './messages.ts';

/**
 * Program that talks to the SCM of another machine. A call to a machine that is off returns after up to a minute,
 * and only the end of its process ends it. So it has a separate process.
 */
const client = new Win32ScmClient(openFfi(), process.argv[2]);

process.on('message', (request: ScmRequest) => {
  perform(client, request).then(
    (result) => answer({ id: request.id, result }),
    (error: unknown) => answer({ id: request.id, error: toPlainError(error) }),
  );
});
// The program that started it has ended.
process.on('disconnect', () => process.exit());

answer({ id: 0, result: client.supportsStopReason });

function answer(message: ScmAnswer): void {
  process.send?.(message);
}
