// deploy/kustomize: rendered, valid for Kubernetes, consistent, and with options that the service has.

import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { output, root } from '../../scripts/cli/run.mjs';
import { installPythonTools, pythonToolPath } from '../../scripts/setup/python.mjs';
import { temporaryFolder } from '../testkit/service/service.mjs';
import { checkAccepted, checkVariables, documentedOptions } from './lib/options.mjs';
import { outputOf, skipWithout, source } from './lib/programs.mjs';

/** The oldest Kubernetes with everything that the files use, such as preStop's sleep, and the newest known here. */
const VERSIONS = ['1.30', '1.37'];

/** Debian's kubectl of 2021 has a kustomize without `patches`. */
function skipWithoutKustomize() {
  const missing = skipWithout('kubectl');
  if (missing) return missing;
  const version = JSON.parse(output('kubectl', ['version', '--client', '--output', 'json']) ?? '{}').clientVersion;
  const minor = Number.parseInt(version?.minor ?? '0', 10);
  return minor < 25 && `SKIPPED: kubectl 1.25 or newer, not 1.${minor}`;
}

const SECRETS = {
  database_url: 'postgres://nearfar:x@db.example/nearfar',
  master_key: 'ab'.repeat(32),
  blob_keys: 'cd'.repeat(32),
  s3_access_key_id: 'id',
  s3_secret_access_key: 'secret',
};

/** Renders the example overlay with secrets. Returns the text and the resources by kind. */
function render(t) {
  const folder = temporaryFolder(t);
  cpSync(join(root, 'deploy', 'kustomize'), folder, { recursive: true });
  const secrets = join(folder, 'example', 'secrets');
  mkdirSync(secrets, { recursive: true });
  for (const [name, value] of Object.entries(SECRETS)) writeFileSync(join(secrets, name), `${value}\n`);
  const text = outputOf('kubectl', ['kustomize', join(folder, 'example')]);
  const all = parseAllDocuments(text).map((document) => document.toJS());
  const file = join(folder, 'rendered.yaml');
  writeFileSync(file, text);
  return { file, all, secrets, of: Object.fromEntries(all.map((resource) => [resource.kind, resource])) };
}

test('the rendered resources are valid', { skip: skipWithoutKustomize() }, async (t) => {
  if (!(await installPythonTools())) return t.skip('SKIPPED: no Python');
  const { file, all } = render(t);
  for (const version of VERSIONS)
    outputOf(pythonToolPath('kubernetes-validate'), ['--strict', '--quiet', '--kubernetes-version', version, file]);
  const kinds = ['ConfigMap', 'Deployment', 'HorizontalPodAutoscaler', 'Namespace', 'NetworkPolicy'];
  const others = ['PodDisruptionBudget', 'Secret', 'Service', 'ServiceAccount'];
  assert.deepEqual(all.map(({ kind }) => kind).sort(), [...kinds, ...others].sort());
});

test('selectors, ports, names and times fit together', { skip: skipWithoutKustomize() }, (t) => {
  const { of } = render(t);
  const { spec } = of.Deployment;
  const pod = spec.template.spec;
  const [container] = pod.containers;
  for (const selector of [
    spec.selector.matchLabels,
    of.Service.spec.selector,
    of.PodDisruptionBudget.spec.selector.matchLabels,
    of.NetworkPolicy.spec.podSelector.matchLabels,
    ...pod.topologySpreadConstraints.map(({ labelSelector }) => labelSelector.matchLabels),
  ])
    assert.deepEqual(selector, spec.template.metadata.labels);
  const ports = container.ports.map(({ name }) => name);
  assert.deepEqual(
    of.Service.spec.ports.map(({ targetPort }) => targetPort),
    ports,
  );
  assert.deepEqual(
    of.NetworkPolicy.spec.ingress.flatMap(({ ports }) => ports.map(({ port }) => port)),
    ports,
  );
  assert.ok(spec.replicas >= 2 && spec.replicas > of.PodDisruptionBudget.spec.minAvailable);
  assert.equal(of.HorizontalPodAutoscaler.spec.scaleTargetRef.name, of.Deployment.metadata.name);
  assert.equal(pod.serviceAccountName, of.ServiceAccount.metadata.name);
  // A Service named like the product would set variables with the service's prefix.
  assert.equal(pod.enableServiceLinks, false);
  const [, seconds] = /^\| `shutdown_seconds` \| `(\d+)` \|/m.exec(source('docs', 'SERVER.md'));
  const stopping = container.lifecycle.preStop.sleep.seconds + Number(seconds);
  assert.ok(pod.terminationGracePeriodSeconds > stopping);
  const volumes = Object.fromEntries(pod.volumes.map((volume) => [volume.name, volume]));
  assert.equal(volumes.secrets.secret.secretName, of.Secret.metadata.name);
  assert.equal(volumes.configuration.configMap.name, of.ConfigMap.metadata.name);
  assert.deepEqual(Object.keys(of.Secret.data).sort(), Object.keys(SECRETS).sort());
});

test("the pod satisfies Kubernetes' restricted standard", { skip: skipWithoutKustomize() }, (t) => {
  const { of } = render(t);
  const pod = of.Deployment.spec.template.spec;
  const [container] = pod.containers;
  const { runAsNonRoot, runAsUser, seccompProfile } = pod.securityContext;
  assert.deepEqual([runAsNonRoot, runAsUser, seccompProfile.type], [true, 10001, 'RuntimeDefault']);
  assert.deepEqual(container.securityContext, {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    readOnlyRootFilesystem: true,
  });
  assert.match(source('Containerfile'), new RegExp(`^USER ${runAsUser}:`, 'm'));
});

test('the service accepts the configuration, with the secrets from files', { skip: skipWithoutKustomize() }, (t) => {
  const { of, secrets } = render(t);
  const { env } = of.Deployment.spec.template.spec.containers[0];
  checkVariables(env.map(({ name }) => name));
  const configuration = of.ConfigMap.data['nearfar.toml'];
  const names = [...configuration.matchAll(/^(\w+) = /gm)].map(([, name]) => name);
  const options = documentedOptions();
  assert.deepEqual(
    names.filter((name) => !options.includes(name)),
    [],
  );
  const file = join(secrets, 'nearfar.toml');
  writeFileSync(file, configuration.replaceAll('/run/secrets/nearfar', secrets));
  const here = (value) => value.replace('/run/secrets/nearfar', secrets).replace('/etc/nearfar', secrets);
  checkAccepted(Object.fromEntries(env.map(({ name, value }) => [name, here(value)])));
});

test("the autoscaler's metric exists, and is the maximum of all instances", () => {
  const [metric] = parse(source('deploy', 'kustomize', 'base', 'autoscaler.yaml')).spec.metrics;
  const [rule] = parse(source('deploy', 'kustomize', 'prometheus-adapter.yaml')).rules.external;
  const { name } = metric.external.metric;
  assert.equal(rule.name.as, name);
  assert.match(rule.metricsQuery, /^max\(/);
  assert.ok(rule.seriesQuery.startsWith(`${name}{`));
  assert.ok(source('docs', 'OBSERVABILITY.md').includes(`\`${name}\``));
});
