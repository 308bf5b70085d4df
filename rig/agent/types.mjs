// @ts-check
/**
 * What crosses between the rig's client and its agent. States, controls and codes are Win32 numbers:
 * 1 stopped, 2 start pending, 3 stop pending, 4 running, 5 continue pending, 6 pause pending, 7 paused.
 *
 * @typedef {object} ServiceStatus
 * @property {number} type
 * @property {number} state
 * @property {number} accepts SERVICE_ACCEPT_* bits
 * @property {number} win32ExitCode
 * @property {number} serviceExitCode
 * @property {number} checkpoint
 * @property {number} waitHint ms
 * @property {number} pid 0 when no process runs it
 *
 * @typedef {Omit<ServiceStatus, 'pid'> & { elapsedMs: number }} ControlResult
 * @typedef {ServiceStatus & { atMs: number }} SeenStatus `atMs` counts from the call
 * @typedef {ServiceStatus & { name: string, displayName: string }} ListedService
 *
 * @typedef {object} CreateSpec
 * @property {string} name
 * @property {string} [displayName] default: the name
 * @property {string} imagePath the whole command line, quoted by the caller
 * @property {number} [startType] 2 automatic, 3 on demand (default), 4 disabled
 * @property {string[]} [dependencies]
 *
 * @typedef {object} ServiceConfig
 * @property {number} type
 * @property {number} startType
 * @property {number} errorControl
 * @property {string | null} imagePath
 * @property {string | null} account
 * @property {string | null} displayName
 * @property {string | null} description
 * @property {number} preshutdownMs
 *
 * @typedef {object} Gone
 * @property {number | null} exitCode null: it was gone before the agent could open it
 * @property {number} elapsedMs
 *
 * @typedef {object} Memory bytes
 * @property {number} workingSet
 * @property {number} peakWorkingSet
 * @property {number} privateUsage
 * @property {number} pageFaults a count
 *
 * @typedef {{ controlUs: number[], queryUs: number[] }} InterrogateBench
 * @typedef {{ ms: number, callMs: number, pid: number }} StartBench
 * @typedef {{ ms: number, callMs: number, pid: number }} SpawnBench `ms` to the first output
 * @typedef {{ callMs: number, stoppedMs: number, goneMs: number, exitCode: number }} StopBench
 *
 * @typedef {object} FailureData
 * @property {string} api
 * @property {number} code
 * @property {string} [symbol]
 * @property {number} [elapsedMs]
 * @property {ServiceStatus} [status] the last one, when a wait timed out
 * @property {SeenStatus[]} [history] what was seen, when a history timed out
 */
export {};
