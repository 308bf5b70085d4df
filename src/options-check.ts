/** Checks of options, with zod. A file of its own: the main file and hosted.cjs load it for options that aren't plain. */
export { checkInstance, checkServiceOptions } from './service/options/check-service-options.ts';
export { checkHostOptions, checkHostSettings } from './hosting/parse-host-options.ts';
