const Koa = require('koa');
const app = new Koa();
app.use(async (ctx) => {
  if (ctx.path === '/slow') await new Promise((done) => setTimeout(done, 800));
  ctx.body = ctx.path === '/slow' ? 'slow' : 'ok';
});
console.log('koa says hello');
app.listen(Number(process.env.PORT));
