// @ts-check
/** Puts all that happens to a target, from its failure until it works again, into one incident. */
const INCIDENTS = 30;
const STEPS = 50;

const WORDS = {
  normal: 'works again',
  suspect: 'checking',
  failed: 'failed',
  recovering: 'failed again',
  quiet: 'gave up for now',
  off: 'stopped on purpose',
};

/**
 * @typedef {{ at: Date, text: string }} Step
 * @typedef {object} Incident
 * @property {string} target
 * @property {Date} from
 * @property {Date} [until] undefined while it lasts
 * @property {'works' | 'stopped'} [outcome]
 * @property {string} cause
 * @property {{ name: string, n: number }[]} actions
 * @property {number} failedActions
 * @property {boolean} gaveUp
 * @property {number} times incidents in a row of the same target with the same cause
 * @property {Step[]} steps
 */

export function createIncidents() {
  const incidents = /** @type {Incident[]} */ ([]);
  const open = /** @type {Map<string, Incident>} */ (new Map());

  /** @param {string} target @param {string} text */
  function addStep(target, text) {
    const incident = open.get(target);
    if (!incident || incident.steps.at(-1)?.text === text) return;
    incident.steps.push({ at: new Date(), text });
    // The first ones say why; of the others the last are of interest.
    if (incident.steps.length > STEPS) incident.steps.splice(STEPS / 2, 1);
  }

  /** @param {string} target @param {string} cause */
  function begin(target, cause) {
    const [last] = incidents;
    // Numbers differ from time to time: seconds, ports, process identifiers.
    const same = last?.target === target && last.until && withoutNumbers(last.cause) === withoutNumbers(cause);
    if (same) incidents.shift();
    const steps = same ? last.steps : [];
    const times = same ? last.times + 1 : 1;
    /** @type {Incident} */
    const incident = { target, from: new Date(), cause, actions: [], failedActions: 0, gaveUp: false, times, steps };
    open.set(target, incident);
    incidents.unshift(incident);
    incidents.splice(INCIDENTS);
  }

  return {
    /** The latest first. */
    list: () => incidents,

    /** @param {import('winsvc/watchdog').TargetReport} report */
    changed({ name, state, reason }) {
      if (state === 'failed' && !open.has(name)) begin(name, reason);
      const incident = open.get(name);
      if (!incident) return;
      const isNews = reason !== '' && withoutNumbers(reason) !== withoutNumbers(incident.cause);
      // The action says it, or the notice that the watchdog gave up.
      const isSaid = state === 'recovering' || state === 'quiet';
      if (!isSaid || isNews) addStep(name, isNews ? `${WORDS[state]} (${reason})` : WORDS[state]);
      if (state !== 'normal' && state !== 'off') return;
      incident.until = new Date();
      incident.outcome = state === 'normal' ? 'works' : 'stopped';
      open.delete(name);
    },

    /** @param {import('winsvc/watchdog').ActionEvent} event */
    acted({ target, action }) {
      const incident = open.get(target);
      const known = incident?.actions.find(({ name }) => name === action);
      if (known) known.n += 1;
      else incident?.actions.push({ name: action, n: 1 });
      addStep(target, action);
    },

    /** @param {import('winsvc/watchdog').ActionEvent} event @param {Error | undefined} error */
    actionEnded({ target, action }, error) {
      const incident = open.get(target);
      if (!incident || !error) return;
      incident.failedActions += 1;
      addStep(target, `${action} failed: ${error.message}`);
    },

    /** Ends incidents of targets that a new watchdog found well. @param {import('winsvc/watchdog').TargetReport[]} reports */
    settle(reports) {
      for (const report of reports) if (open.has(report.name) && report.state === 'normal') this.changed(report);
    },

    /** @param {string} target */
    gaveUp(target) {
      const incident = open.get(target);
      if (!incident) return;
      incident.gaveUp = true;
      addStep(target, 'gave up for now');
    },
  };
}

/** @param {string} text */
function withoutNumbers(text) {
  return text.replace(/\d+/g, '#');
}
