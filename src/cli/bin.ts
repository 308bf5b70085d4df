#!/usr/bin/env node
import { runWinsvc } from './index.ts';

process.exit(await runWinsvc(process.argv.slice(2), async () => (await import('../index.ts')).defineService));
