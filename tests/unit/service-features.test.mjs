// The features of the service that npm start compiles.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { featuresFor } from '../../scripts/build/service.mjs';

test('PostgreSQL, S3, traces and sign-in through a provider are compiled if the environment names them', () => {
  assert.deepEqual(featuresFor({}), []);
  assert.deepEqual(featuresFor({ NEARFAR_DATABASE_URL: 'sqlite:///postgres/s3.db', NEARFAR_OBJECTS_URL: '/s3' }), []);
  assert.deepEqual(featuresFor({ NEARFAR_OTLP_ENDPOINT: 'http://collector:4318/v1/traces' }), ['otlp']);
  assert.deepEqual(featuresFor({ NEARFAR_CONSOLE_OIDC_ISSUER: 'https://login.example.com' }), ['oidc']);
  assert.deepEqual(featuresFor({ DATABASE_URL: 'postgres://me@host/nearfar' }), ['postgres']);
  assert.deepEqual(featuresFor({ NEARFAR_DATABASE_URL: 'postgresql://host/a', NEARFAR_OBJECTS_URL: 's3://bucket' }), [
    'postgres',
    's3',
  ]);
});

test('or the configuration file; the service itself reports a missing one', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-features-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const NEARFAR_CONFIG = join(folder, 'nearfar.toml');
  assert.deepEqual(featuresFor({ NEARFAR_CONFIG }), []);
  writeFileSync(NEARFAR_CONFIG, 'objects_url = "s3://bucket/prefix"\n');
  assert.deepEqual(featuresFor({ NEARFAR_CONFIG }), ['s3']);
  writeFileSync(NEARFAR_CONFIG, 'otlp_endpoint = "http://collector:4318/v1/traces"\n');
  assert.deepEqual(featuresFor({ NEARFAR_CONFIG }), ['otlp']);
  writeFileSync(NEARFAR_CONFIG, 'console_oidc_issuer = "https://login.example.com"\n');
  assert.deepEqual(featuresFor({ NEARFAR_CONFIG }), ['oidc']);
});
