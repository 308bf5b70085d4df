/** Runs of each property: 1,000, or what `npm run fuzz` sets. */
export const numRuns = Number(process.env['FC_NUM_RUNS'] ?? 1_000);
