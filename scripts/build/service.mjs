// Builds the service.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cargo } from '../cli/cargo.mjs';
import { root } from '../cli/run.mjs';

const TARGET = process.env.CARGO_TARGET_DIR ?? join(root, 'target');

/** The path of the service: `TEST_SERVICE` if set, otherwise the one that `buildService` builds. */
export function serviceProgram(profile = 'start') {
  return process.env.TEST_SERVICE ?? join(TARGET, profile, 'nearfar-server');
}

/** The text of the configuration file, relative to the repository's root. The service itself reports a missing file. */
function readConfigFile(path) {
  try {
    return path ? readFileSync(resolve(root, path), 'utf8') : '';
  } catch {
    return '';
  }
}

/**
 * Returns the features of nearfar-server that the configuration in this environment needs. PostgreSQL, S3,
 * traces and the sign-in through an OpenID provider take a large part of the compile time.
 */
export function featuresFor(env) {
  const file = readConfigFile(env.NEARFAR_CONFIG);
  const {
    DATABASE_URL,
    NEARFAR_DATABASE_URL,
    NEARFAR_OBJECTS_URL,
    NEARFAR_OTLP_ENDPOINT,
    NEARFAR_CONSOLE_OIDC_ISSUER,
  } = env;
  const traces = NEARFAR_OTLP_ENDPOINT ? 'otlp_endpoint =' : '';
  const provider = NEARFAR_CONSOLE_OIDC_ISSUER ? 'console_oidc_issuer =' : '';
  const configured = [DATABASE_URL, NEARFAR_DATABASE_URL, NEARFAR_OBJECTS_URL, traces, provider, file].join('\n');
  const needed = {
    oidc: /^console_oidc_issuer\s*=/m,
    otlp: /^otlp_endpoint\s*=/m,
    postgres: /\bpostgres(ql)?:/,
    s3: /\bs3:/,
  };
  return Object.keys(needed).filter((feature) => needed[feature].test(configured));
}

/**
 * Compiles the service, unless `TEST_SERVICE` names one.
 * @param {'start' | 'service'} profile of Cargo.toml: `start` compiles quickly, with only the features that the
 *   configuration needs; `service` is for deployments
 * @param {object} env variables that it will be started with, besides this environment
 */
export async function buildService(profile = 'start', env = {}) {
  if (process.env.TEST_SERVICE) return;
  const what = ['--package', 'nearfar-server', '--bin', 'nearfar-server', '--profile', profile];
  if (profile === 'start')
    what.push('--no-default-features', '--features', featuresFor({ ...process.env, ...env }).join());
  await cargo(['build', '--locked', ...what], {
    env: { CARGO_TARGET_DIR: TARGET },
    step: 'compiling the service',
  });
}
