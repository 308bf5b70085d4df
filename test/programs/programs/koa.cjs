const Koa = require('koa');
const { port } = require('./lines.cjs');

const app = new Koa();
app.use(async (ctx) => {
  console.log(`request ${ctx.path}`);
  if (ctx.path === '/slow') await new Promise((done) => setTimeout(done, 800));
  ctx.body = ctx.path === '/slow' ? 'slow' : 'ok';
});
app.listen(port, '127.0.0.1');
