// The Prometheus configuration and its alerts, checked and run by promtool.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';
import { missingPrograms } from '../../scripts/setup/deployment.mjs';

const cwd = join(root, 'deploy/observability');
const skip = missingPrograms(['promtool']).length > 0 && 'promtool is missing';

for (const args of [
  ['check', 'config', 'prometheus.yml'],
  ['check', 'rules', 'alerts.yml'],
  ['test', 'rules', 'alerts-test.yml'],
])
  test(`promtool ${args.join(' ')}`, { skip }, () => {
    const { status, stdout, stderr } = spawnSync('promtool', args, { cwd, encoding: 'utf8' });
    assert.equal(status, 0, `${stdout}${stderr}`);
  });
