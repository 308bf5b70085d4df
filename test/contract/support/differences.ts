import type { ScmKind } from '../driver.ts';

/** Reasons why an SCM can't run a scenario; `wine`: every Wine, `wine8`: the older one only. */
export type Difference = Partial<Record<ScmKind | 'wine8', string>>;

const NO_LEVEL = "Wine's SCM doesn't have the level (124); the C oracle proves the marshalling";
const NO_DEPENDENCIES = "Wine's QueryServiceConfigW returns no dependencies";
const UNSEEN_END =
  "Wine's SCM doesn't check the process until the next start or control (see test/scm/sudden-end.test.ts)";

const NO_HANDLES = 'a mocked process has no handles, which show that a program is still at work';

/**
 * Differences between the SCMs that the contract runs on, by suite and by the sentence of the scenario. The one place
 * to list a skip: the suites read it, report it at the end of a run, and fail for a row without a scenario.
 */
export const DIFFERENCES = {
  service: {
    'is told empty start arguments': { wine: "Wine's SCM ends the list at the first empty argument" },
    'refuses a command that it doesn’t have: 120': { wine: 'Wine drops the return value of HandlerEx' },
    'lets a program end by itself that has neither a stop handler nor hooks: with process.exit()': { mock: NO_HANDLES },
    'or because nothing keeps its event loop alive': { mock: NO_HANDLES },
    'takes process.kill(process.pid) of a listener for its exit: on Windows it would be a crash': {
      mock: 'it would end the process that runs the tests',
    },
    'ends its process whatever the app has open': { mock: NO_HANDLES },
    'is a crash to the SCM when its process is killed: 1067': { wine8: UNSEEN_END },
    'is a crash to the SCM when its process is killed while it starts or stops: 1067': {
      wine8: UNSEEN_END,
      wine: "Wine's SCM doesn't check the process of a service that starts or stops until the next start or control",
    },
  },
  manager: {
    'gives back dependencies': { wine: NO_DEPENDENCIES },
    'clears dependencies': { wine: `${NO_DEPENDENCIES}, so there are none to clear; the oracle proves the call` },
    'gives back a delayed start': { wine8: NO_LEVEL },
    'gives back recovery': { wine: NO_LEVEL },
    'gives back the SID type': { wine: NO_LEVEL },
    'gives back privileges': { wine: NO_LEVEL },
    'gives back triggers': { wine: NO_LEVEL },
    'sets a security descriptor once': {
      wine: "Wine's SetServiceObjectSecurity stores nothing, and QueryServiceObjectSecurity returns an empty list",
    },
    'names the settings that this system does not know, and leaves them alone': {
      mock: 'the mock has every setting',
      windows: 'Windows has every setting',
    },
    'is refused a stop while dependents run (1051), and stops them first when asked to': {
      wine: "Wine's SCM neither starts dependencies nor refuses to stop them",
    },
  },
} as const satisfies Record<string, Readonly<Record<string, Difference>>>;

/** Suites of the contract. */
export type ContractSuite = keyof typeof DIFFERENCES;
