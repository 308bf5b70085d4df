import { configure } from './scenarios/configure.ts';
import { control } from './scenarios/control.ts';
import { ensure } from './scenarios/ensure.ts';
import { install } from './scenarios/install.ts';
import { listing } from './scenarios/listing.ts';
import { notifying } from './scenarios/notifying.ts';
import { removal } from './scenarios/removal.ts';
import { waiting } from './scenarios/waiting.ts';
import type { Scenario } from './stage.ts';

/** The contract between the manager and the SCM: one text, run on every SCM that there is. */
export const TOPICS: Readonly<Record<string, readonly Scenario[]>> = {
  install,
  configure,
  ensure,
  control,
  'waiting and watching': waiting,
  notifications: notifying,
  uninstall: removal,
  'lists and names': listing,
};
