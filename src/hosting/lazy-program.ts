/** Code of hosted programs, which other services don't need: loaded when a program starts. */
export { HostedProgram } from './hosted-program.ts';
export { createHostedHost } from './hosted-host.ts';
export { mainModule } from './main-module.ts';
