/** What a hosted program needs and other services don't: loaded when it starts. */
export { HostedProgram } from './hosted-program.ts';
export { createHostedHost } from './hosted-host.ts';
export { mainModule } from './main-module.ts';
