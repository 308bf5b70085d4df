/** Process of a machine that answers as its name says. */
const [, , machine] = process.argv;
if (machine === 'ends') process.exit(3);
if (machine !== 'silent') process.send({ id: 0, result: true });
process.on('message', ({ id, method, args }) => {
  if (method === 'status' && args[0] === 'blocks') for (;;);
  if (method === 'status' && args[0] === 'missing')
    process.send({
      id,
      error: { kind: 'win32', context: { api: 'OpenServiceW', win32Code: 1060, action: 'query', service: 'missing' } },
    });
  else process.send({ id, result: { method, args, bytes: new Uint8Array([1, 2]), big: 7n } });
});
process.on('disconnect', () => process.exit());
