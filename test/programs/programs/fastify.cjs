const app = require('fastify')({ logger: true });

app.get('/', async () => 'ok');
app.get('/slow', async () => new Promise((done) => setTimeout(() => done('slow'), 800)));
app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' });
