import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { createKoffiFfi } from '../../ffi/koffi.ts';
import { NotifyLoop } from './notify-loop.ts';
import { type NotifyThreadData, notifyShared, type ToNotifyThread } from './notify-messages.ts';
import { systemClock } from '../../../util/clock.ts';

/**
 * Thread that receives the notifications of the SCM. It waits in Win32, so its event loop doesn't run: it reads messages
 * one by one when the event wakes it.
 */
const { commands, wake, shared: buffer } = workerData as NotifyThreadData;
const shared = notifyShared(buffer);
// koffi, also where the client calls use another library: only koffi has callbacks.
const loop = new NotifyLoop(
  createKoffiFfi(),
  (message) => parentPort?.postMessage(message),
  () => systemClock.now(),
);

while (!shared.ending) {
  for (let read = receiveMessageOnPort(commands); read; read = receiveMessageOnPort(commands))
    loop.take(read.message as ToNotifyThread);
  shared.openHandles = loop.openHandles;
  loop.turn(wake);
}
loop.close();
shared.openHandles = loop.openHandles;
commands.close();
