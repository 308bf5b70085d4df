import { dirname } from 'node:path';

// The folder with the node_modules of all programs.
const root = dirname(import.meta.dirname);
export default { output: 'standalone', outputFileTracingRoot: root, turbopack: { root } };
