// The test kit of the npm package: its list of scenarios, the person's movements, and the comparison of events.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';
import { pageModules } from '../testkit/page/page-module.mjs';

const { SCENARIOS, ScenePlayer, missingEvents, coveredShortSide, openSandboxSession } = await pageModules(
  'testing/scenarios.ts',
  'testing/camera/scene-player.ts',
  'testing/missing-events.ts',
  'testing/sandbox.ts',
  'testing/camera/visible-part.ts',
);
const types = readFileSync(join(root, 'www', 'src', 'engine', 'types.ts'), 'utf8');

/** The values of a union of strings in engine/types.ts. */
function union(name) {
  const [, values] = types.match(new RegExp(`export type ${name} = ([^;]+);`));
  return values.split('|').map((value) => value.trim().slice(1, -1));
}

/** The codes that the scenarios' events have. */
const codes = (name) =>
  new Set(Object.values(SCENARIOS).flatMap(({ events }) => events.filter((e) => e.name === name).map((e) => e.code)));

test('every instruction has a scenario of its own name', () => {
  for (const code of union('InstructionCode'))
    assert.ok(
      SCENARIOS[code]?.events.some((event) => event.name === 'instruction' && event.code === code),
      code,
    );
});

/** Errors that neither a camera nor a browser causes, and `capture_timeout`, which is a phase. */
const WITHOUT_SCENARIO = {
  asset_load_failed: 'the network',
  asset_timeout: 'the network',
  capture_timeout: 'the phase timed_out',
  internal: 'a defect',
  invalid_options: 'the integrator',
  unsupported_image: 'detectFaces alone',
  cancelled: 'the person',
  session_expired: 'the service',
  session_unknown: 'the service',
  session_finished: 'the service',
  attempt_expired: 'the service',
  origin_refused: 'the service',
  service: 'the service',
};

test('every error that a camera or a browser causes has a scenario', () => {
  const covered = codes('error');
  assert.deepEqual([...covered, ...Object.keys(WITHOUT_SCENARIO)].sort(), union('ErrorCode').sort());
  const { events } = SCENARIOS.capture_timeout;
  assert.deepEqual(events.at(-1), { name: 'phase', phase: 'timed_out' });
});

test('every restart has a scenario, except a crash of the worker', () => {
  const covered = Object.values(SCENARIOS).flatMap(({ restart }) => restart ?? []);
  assert.deepEqual([...covered, 'worker_crashed'].sort(), union('RestartReason').sort());
});

test('every result of the service has a scenario', () => {
  const openapi = JSON.parse(readFileSync(join(root, 'docs', 'openapi.json'), 'utf8'));
  const results = openapi.components.schemas.ResultCode.enum;
  assert.deepEqual([...codes('complete')].sort(), [...results].sort());
  for (const [name, { sandbox, events }] of Object.entries(SCENARIOS)) {
    const chosen = events.flatMap((event) => (event.name === 'complete' ? event.code : []));
    const codes = (sandbox ?? []).map((result) => result.code ?? result);
    assert.deepEqual(codes, chosen, name);
  }
});

test('a scenario is plain data, so that it can be sent to a page', () => {
  assert.deepEqual(JSON.parse(JSON.stringify(SCENARIOS)), SCENARIOS);
});

/** Plays a scenario without a page: `until` seconds, 20 pictures a second; `report` may report to the player. */
function play(scenario, seconds, report = () => undefined) {
  const player = new ScenePlayer(scenario, 0);
  const places = [];
  for (let now = 0; now <= seconds * 1000; now += 50) {
    report(player, now);
    places.push({ now, ...player.placeAt(now), scene: player.scene });
  }
  return places;
}

test('the person waits in the far oval, and approaches in the near stage at a steady speed', () => {
  const places = play(SCENARIOS.captured, 10, (player, now) => {
    if (now === 0) player.onPhase('far', now);
    if (now === 5000) player.onPhase('near', now);
  });
  for (const { now, size } of places) {
    if (now < 5000) assert.equal(size, 0.29);
    if (now > 7500) assert.equal(size, 0.65);
  }
  for (const [index, { size }] of places.slice(1).entries()) assert.ok(size / places[index].size < 1.03);
});

test('the person follows an instruction, but not the first one of a position, which may be outdated', () => {
  const places = play(SCENARIOS.captured, 4, (player, now) => {
    if (now === 0) player.onPhase('far', now);
    if (now === 100) player.onInstruction('move_left');
    if (now === 3000) player.onInstruction('keep_still');
  });
  const at = (ms) => places.find(({ now }) => now === ms);
  assert.ok(Math.abs(at(900).x) < 0.01);
  assert.ok(at(3000).x > 0.1 && at(3000).x < 0.2, `moved to ${at(3000).x}`);
  assert.ok(Math.abs(at(4000).x - at(3000).x) < 0.01, 'then keeps still');
});

test('a person with a position of their own follows nothing', () => {
  const places = play(SCENARIOS.too_far, 5, (player, now) => {
    if (now === 0) player.onPhase('far', now);
    if (now === 500) player.onInstruction('too_far');
  });
  assert.deepEqual(new Set(places.map(({ size }) => size)), new Set([0.16]));
});

test('a restart’s scenes begin with the near stage and end after their time', () => {
  const places = play(SCENARIOS.restart_face_lost, 10, (player, now) => {
    if (now === 0) player.onPhase('far', now);
    if (now === 3000) player.onPhase('near', now);
  });
  const gone = places.filter(({ scene }) => scene.person === 'nobody').map(({ now }) => now);
  assert.deepEqual([gone[0], gone.at(-1)], [3000, 5450]);
});

test('a frozen camera works again once the page asks for it', () => {
  const player = new ScenePlayer(SCENARIOS.restart_camera_frozen, 0);
  player.onPhase('far', 0);
  player.onReopen(10);
  assert.deepEqual(player.scene, { until: 'near' }, 'another request changes nothing before');
  player.onPhase('near', 20);
  assert.equal(player.scene.stream, 'frozen');
  player.onReopen(30);
  assert.deepEqual(player.scene, {});
});

test('missing events: in order, with others in between', () => {
  const { events } = SCENARIOS.too_far;
  const far = { name: 'phase', phase: 'far' };
  const tooFar = { name: 'instruction', code: 'too_far' };
  assert.deepEqual(missingEvents(events, []), events);
  assert.deepEqual(missingEvents(events, [tooFar, far]), [tooFar]);
  assert.deepEqual(
    missingEvents(events, [{ name: 'ready' }, far, { name: 'instruction', code: 'no_face' }, tooFar]),
    [],
  );
});

test('the visible short side: of a cropped picture, of a whole one, and without a size', () => {
  const picture = { width: 640, height: 480 };
  assert.equal(coveredShortSide(picture, { width: 300, height: 600 }), 240);
  assert.equal(coveredShortSide(picture, { width: 1280, height: 960 }), 480);
  assert.equal(coveredShortSide(picture, { width: 0, height: 0 }), 480);
});

test('a session at an address without a service: the error names the address', async (t) => {
  const keys = { accessKey: 'a', secretKey: 's' };
  await assert.rejects(openSandboxSession({ url: '', ...keys }), /url: '' is not the address of a service/);
  const server = createServer((_, response) => response.writeHead(404).end('<html>'));
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${server.address().port}`;
  await assert.rejects(openSandboxSession({ url, ...keys }), /\/openapi\/auth\/.* answers 404 without JSON/);
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  await assert.rejects(openSandboxSession({ url, ...keys }), /\/openapi\/auth\/.* cannot be reached/);
});

/** The part of docs/TESTING.md between two comments. */
function documented(from, to) {
  const text = readFileSync(join(root, 'docs', 'TESTING.md'), 'utf8');
  return text.split(from)[1].split(to)[0].trim();
}

/** An event in a line of the table. */
const inWords = ({ name, phase, code, passed }) =>
  name === 'complete' ? `complete: ${code}, ${passed ? 'passed' : 'not passed'}` : `${name}: ${phase ?? code}`;

test('docs/TESTING.md lists the scenarios', () => {
  const rows = Object.entries(SCENARIOS).map(([name, { description, events, restart }]) => {
    const all = restart ? [...events.slice(0, 2), { name: 'restarted', code: restart }, ...events.slice(2)] : events;
    return `| \`${name}\` | ${description} | ${all.map(inWords).join('; ')} |`;
  });
  const table = ['| scenario | what happens | events |', '|---|---|---|', ...rows].join('\n');
  assert.equal(documented('<!-- scenarios: from the code -->', '<!-- end of scenarios -->'), table);
});

test('docs/TESTING.md shows the first test of the Playwright example', () => {
  const example = readFileSync(join(root, 'examples', 'testing', 'playwright.spec.ts'), 'utf8');
  const [, ...parts] = example.split('\n\n');
  const [first] = parts.join('\n\n').split("\n\ntest('a blocked");
  const block = `\`\`\`ts\n${first}\n\`\`\``;
  assert.equal(documented('<!-- example: examples/testing/playwright.spec.ts -->', '<!-- /example -->'), block);
});
