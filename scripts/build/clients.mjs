// Generates and packs the typed clients for back ends: clients/typescript and clients/python.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run, UserError } from '../cli/run.mjs';
import { installNpmPackages } from '../setup/npm-packages.mjs';
import { installPackagingPackages } from '../setup/package-consumers.mjs';
import { clientToolPath, installClientTools } from '../setup/python.mjs';
import { integratorApi } from './integrator-api.mjs';

const TYPESCRIPT = join(root, 'clients', 'typescript');
const PYTHON = join(root, 'clients', 'python');
/** The folder of the packed clients. */
export const CLIENTS = join(root, 'out', 'clients');

/** The types of the APIs in TypeScript. */
async function typescriptTypes() {
  await installPackagingPackages();
  // openapi-typescript needs a TypeScript written in JavaScript, which the packages of tests/packaging include.
  const require = createRequire(join(root, 'tests', 'packaging', 'package.json'));
  const { default: generate, astToString } = require('openapi-typescript');
  return astToString(await generate(integratorApi(), { defaultNonNullable: false, emptyObjectsUnknown: true }));
}

/** Generates the types, compiles the client into its `dist`, and packs it. */
export async function buildTypescriptClient() {
  await installNpmPackages();
  const generated = join(TYPESCRIPT, 'src', 'generated');
  mkdirSync(generated, { recursive: true });
  writeFileSync(join(generated, 'api.ts'), await typescriptTypes());
  rmSync(join(TYPESCRIPT, 'dist'), { recursive: true, force: true });
  await run('node_modules/.bin/tsc', ['--project', TYPESCRIPT]);
  mkdirSync(CLIENTS, { recursive: true });
  await run('npm', ['pack', '--silent', '--pack-destination', CLIENTS], { cwd: TYPESCRIPT });
}

/**
 * The document for the Python generator. It compares codes and types of events with a fixed list, so they are plain strings
 * here: a newer service may have more of them. Its function for capture records cannot read the ZIP archive, so that is left out.
 */
function pythonDocument() {
  const document = integratorApi();
  const operations = Object.entries(document.paths).filter(([path]) => !path.endsWith('/capture-record'));
  const paths = Object.fromEntries(
    operations.map(([path, methods]) => [
      path,
      Object.fromEntries(
        Object.entries(methods).map(([method, operation]) => {
          const tags = operation.tags.map((tag) => (tag === 'Public APIs' ? 'integrator' : tag));
          return [method, { ...operation, tags }];
        }),
      ),
    ]),
  );
  const schemas = { ...document.components.schemas, StatusCode: { type: 'string' }, EventType: { type: 'string' } };
  return { ...document, paths, components: { ...document.components, schemas } };
}

/** Generates the modules, and builds the wheel. Returns false if Python cannot be installed. */
export async function buildPythonClient() {
  if (!(await installClientTools())) return false;
  const generated = join(PYTHON, 'nearfar_client', 'generated');
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-client-'));
  try {
    const [document, config] = [join(folder, 'openapi.json'), join(folder, 'config.json')];
    writeFileSync(document, JSON.stringify(pythonDocument()));
    writeFileSync(config, JSON.stringify({ post_hooks: [] }));
    const options = [
      '--path',
      document,
      '--config',
      config,
      '--meta',
      'none',
      '--output-path',
      generated,
      '--overwrite',
    ];
    await run(clientToolPath('openapi-python-client'), ['generate', ...options, '--fail-on-warning'], {
      step: 'generating the Python client',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
  const options = ['--wheel', '--no-isolation', '--outdir', CLIENTS, PYTHON];
  await run(clientToolPath('python'), ['-m', 'build', ...options], { quiet: true, step: 'building the wheel' });
  return true;
}

/** The path of a packed client: its tarball or its wheel. */
export function packedClient(language) {
  const { version } = JSON.parse(readFileSync(join(TYPESCRIPT, 'package.json'), 'utf8'));
  const names = { typescript: `nearfar-client-${version}.tgz`, python: `nearfar_client-${version}-py3-none-any.whl` };
  return join(CLIENTS, names[language]);
}

/** Builds both. Throws a `UserError` if Python is missing. */
export async function buildClients() {
  await buildTypescriptClient();
  if (!(await buildPythonClient())) throw new UserError('missing: python3 with venv and pip, for the Python client');
}
