import { buildAll } from './lib/build.mjs';
import { main } from './lib/run.mjs';
await main(async () => { await buildAll(); });
