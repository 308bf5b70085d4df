/** A command or a claim of a recipe that no test runs here. */
interface NotHere {
  readonly what: string;
  readonly why: string;
}

/** How a recipe is tested. */
interface Proof {
  /** Tests that run it: file, and the beginning of a title. */
  readonly tests: readonly (readonly [file: string, title: string])[];
  /** Lines of its blocks that are no command of winsvc, by their beginning, which these tests run. */
  readonly commands?: readonly string[];
  readonly notHere?: readonly NotHere[];
}

const WINDOWS = 'needs Windows; parameters and their form are checked';
const ICACLS: NotHere = { what: 'icacls', why: `${WINDOWS}. Wine's icacls does nothing` };
const COMMANDS = 'test/recipes/commands.test.ts';
const DEPLOYMENT = 'test/scm/recipe-deployment.test.ts';
const INSTALLS = 'test/smoke/recipe-installs.test.ts';
const PROGRAMS = 'test/recipes/programs.test.ts';
const FRAMEWORKS = 'test/recipes/frameworks.test.ts';

/** Proofs by the name of the page in docs/recipes. docs/testing.md shows them. */
export const PROOFS: Readonly<Record<string, Proof>> = {
  accounts: { tests: [[COMMANDS, 'give each service the account of the table']], notHere: [ICACLS] },
  antivirus: {
    tests: [
      ['test/scm/ffi-missing.test.ts', 'the program says what to install'],
      ['test/scm/bundled.test.ts', 'runs as a service, with the files of winsvc beside it'],
    ],
    notHere: [
      { what: 'Add-MpPreference', why: `${WINDOWS}: there is no Defender` },
      { what: 'Get-ChildItem', why: `${WINDOWS}: a certificate and signtool` },
      { what: 'npm audit signatures', why: 'needs the registry of npm, and its keys' },
    ],
  },
  ci: {
    tests: [
      [DEPLOYMENT, 'the steps of the deployment, in their order'],
      [INSTALLS, 'the steps of the build, in their order'],
      ['test/recipes/workflows.test.ts', '%s: follows the schema'],
    ],
    notHere: [{ what: 'actions/checkout', why: 'the actions of GitHub run on GitHub' }],
  },
  docker: {
    tests: [
      [PROGRAMS, 'SIGTERM, which `docker stop` sends'],
      [INSTALLS, 'a folder installed for Windows has all binaries'],
    ],
    notHere: [{ what: 'docker stop', why: 'no Docker here; the signal that it sends is sent to the same program' }],
  },
  fastify: {
    tests: [
      [FRAMEWORKS, 'Fastify: requests in flight are answered'],
      [FRAMEWORKS, 'Fastify: a taken port'],
    ],
  },
  firewall: {
    tests: [['test/recipes/windows-commands.test.ts', 'have parameters that exist']],
    notHere: [
      { what: 'New-NetFirewallRule', why: WINDOWS },
      { what: 'Remove-NetFirewallRule', why: WINDOWS },
      { what: 'Get-NetFirewallApplicationFilter', why: WINDOWS },
      { what: 'Test-NetConnection', why: WINDOWS },
    ],
  },
  monorepos: {
    tests: [
      [INSTALLS, 'pnpm: adds winsvc, needs no build script'],
      [INSTALLS, 'strict folders of npm'],
      [INSTALLS, '%s'],
      [DEPLOYMENT, 'a service runs from the links of pnpm'],
    ],
    commands: ['pnpm add winsvc', 'pnpm --filter orders deploy --prod'],
  },
  nestjs: {
    tests: [
      [FRAMEWORKS, 'NestJS: requests in flight are answered'],
      [FRAMEWORKS, 'NestJS and TypeScript: compile'],
    ],
    commands: ['npm run build'],
  },
  nextjs: {
    tests: [['test/scm/recipe-next.test.ts', 'the standalone server']],
    commands: ['npx next build'],
  },
  'node-versions': {
    tests: [
      [DEPLOYMENT, 'the service runs on the node.exe that is named'],
      [COMMANDS, 'name the node.exe of the recipe'],
      ['test/unit/cli/doctor.test.ts', 'a node.exe in a profile, behind a link'],
    ],
    notHere: [
      { what: 'winget install', why: WINDOWS },
      { what: 'nvm use', why: 'the managers need Windows; the paths that doctor warns of are tested' },
    ],
  },
  offline: {
    tests: [
      [INSTALLS, 'a folder installed for Windows has all binaries'],
      [INSTALLS, 'a cache that was filled before is enough'],
      [DEPLOYMENT, 'a folder that was unpacked installs and starts without npm'],
    ],
    commands: ['npm ci --omit=dev --os=win32 --cpu=x64', 'tar -czf orders.tgz', 'tar -xzf orders.tgz'],
  },
  proxies: {
    tests: [
      [INSTALLS, 'npm installs through the proxy that the recipe sets'],
      [INSTALLS, 'a mirror of npm with the five packages is enough'],
      [DEPLOYMENT, 'variables of the service lead requests through the proxy'],
      [DEPLOYMENT, 'a certificate authority of the company is trusted'],
    ],
    commands: ['npm config set proxy', 'npm config set https-proxy', 'npm install winsvc'],
    notHere: [
      { what: '--env', why: 'Wine gives a service no variables of its own; `winsvc run` starts it with them' },
      { what: 'NTLM', why: 'needs a domain' },
    ],
  },
  schedules: { tests: [['test/recipes/schedules.test.ts', 'run once a day when the clocks are %s']] },
  secrets: { tests: [[PROGRAMS, 'are read from the file beside the program']], notHere: [ICACLS] },
  'several-services': { tests: [[PROGRAMS, 'each runs by its name']] },
  'test-runners': { tests: [['test/smoke/test-runners.test.ts', '%s']] },
  typescript: {
    tests: [
      [DEPLOYMENT, 'the compiled example runs, and with source maps'],
      ['test/scm/first-hour.test.ts', 'leads from an empty folder to a running service'],
    ],
    commands: ['cd orders', 'npm install', 'npm run build'],
  },
  'unfinished-work': { tests: [['test/scm/recipes.test.ts', 'goes on after a kill where it was']] },
  update: {
    tests: [
      [DEPLOYMENT, 'the switch between two folders, and the way back'],
      ['test/scm/upgrade.test.ts', 'upgrades the Express example'],
    ],
    notHere: [
      { what: 'robocopy', why: WINDOWS },
      { what: '$ErrorActionPreference', why: 'no PowerShell here; the commands of winsvc in it run' },
      { what: 'if ($LASTEXITCODE', why: 'as above' },
      { what: 'exit $LASTEXITCODE', why: 'as above' },
      { what: 'exit 1', why: 'as above' },
    ],
  },
  'watchdog-rights': { tests: [[COMMANDS, 'let the watchdog control the services']], notHere: [ICACLS] },
  'zero-downtime': {
    tests: [['test/recipes/zero-downtime.test.ts', 'no request fails while both instances are restarted']],
    notHere: [{ what: 'Caddyfile', why: 'no Caddy, nginx, IIS or HAProxy here; the test has a proxy of its own' }],
  },
};
