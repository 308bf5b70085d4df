const closeWithGrace = require('close-with-grace');
const app = require('fastify')();
const { port } = require('./lines.cjs');

app.get('/', async () => 'ok');
app.get('/slow', async () => new Promise((done) => setTimeout(() => done('slow'), 800)));
(closeWithGrace.default ?? closeWithGrace)({ delay: 5000 }, async () => {
  await app.close();
  console.log('closed with grace');
});
app.listen({ port, host: '127.0.0.1' });
