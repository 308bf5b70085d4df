require('reflect-metadata');
const { Controller, Get, Module } = require('@nestjs/common');
const { NestFactory } = require('@nestjs/core');
const { port } = require('./lines.cjs');

class AppController {
  root() {
    return 'ok';
  }
  async slow() {
    await new Promise((done) => setTimeout(done, 800));
    return 'slow';
  }
}
const route = (name, path) =>
  Get(path)(AppController.prototype, name, Object.getOwnPropertyDescriptor(AppController.prototype, name));
route('root', '/');
route('slow', '/slow');
Controller()(AppController);

class AppModule {
  onApplicationShutdown(signal) {
    console.log(`nest shuts down by ${signal}`);
  }
}
Module({ controllers: [AppController] })(AppModule);

async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  app.enableShutdownHooks();
  await app.listen(port, '127.0.0.1');
}
bootstrap();
