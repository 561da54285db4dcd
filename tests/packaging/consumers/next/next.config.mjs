import { join } from 'node:path';

// The folder that has node_modules in it.
const root = join(import.meta.dirname, '..', '..');

export default {
  output: 'export',
  turbopack: { root },
  outputFileTracingRoot: root,
};
