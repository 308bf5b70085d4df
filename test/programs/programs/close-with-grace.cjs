const closeWithGrace = require('close-with-grace');
const app = require('fastify')();
app.get('/', async () => 'ok');
app.get('/slow', async () => new Promise((done) => setTimeout(() => done('slow'), 800)));
(closeWithGrace.default ?? closeWithGrace)({ delay: 5000 }, async () => app.close());
console.log('close-with-grace says hello');
app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
