// The steps of the walk in the console and with the audit log.

import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConsoleClient } from './console-client.mjs';
import { expect, report } from './deployment.mjs';
import { expectEvent, getResult, USER_ID } from './session-steps.mjs';

/** The reviewer's note. */
export const NOTE = 'The walk compared both pictures.';

/** Creates an operator and signs in. */
async function signIn(walk, name, role) {
  const { setUp } = JSON.parse(await walk.service.command('operator', 'add', name, '--role', role));
  const client = new ConsoleClient(walk.consoleUrl);
  await client.setUpAndSignIn({ setUp, name, password: randomBytes(16).toString('hex') });
  report(`${name} chose a password and a second factor, and is signed in as ${role}`);
  return client;
}

/** Operators of both roles that the walk needs. */
export async function addOperators(walk) {
  walk.administrator = await signIn(walk, 'walk-administrator', 'administrator');
  walk.reviewer = await signIn(walk, 'walk-reviewer', 'reviewer');
}

const sessionPath = ({ session }) => `/console/sessions/${session.signatureId}`;

/** The reviewer finds the session, reads its page and sees its pictures. */
export async function readSession(walk) {
  const { reviewer, session } = walk;
  const list = await reviewer.page(`/console/sessions?user=${USER_ID}&verdict=live`);
  expect(list.includes(sessionPath(walk)), 'the list of sessions does not have the session');
  report(`found by its user id: ${sessionPath(walk)}`);
  const page = await reviewer.page(sessionPath(walk));
  const [, headline] = /<h2>([^<]+)<\/h2>/.exec(page) ?? [];
  expect(headline?.startsWith('Live person'), `the banner of the session says "${headline}"`);
  report(`its banner: ${headline}`);
  const paths = new Set(page.match(new RegExp(`${sessionPath(walk)}/pictures/[^"]+`, 'g')));
  for (const path of paths) {
    const picture = await reviewer.get(path.replaceAll('&amp;', '&'));
    expect(picture.status === 200, `a picture got HTTP ${picture.status}`);
    expect(picture.headers.get('cache-control')?.includes('no-store'), 'a browser may store a picture');
  }
  expect(paths.size >= 2, `the page has ${paths.size} pictures`);
  report(`${paths.size} pictures, which no browser stores`);
  const stranger = await new ConsoleClient(walk.consoleUrl).get([...paths][0].replaceAll('&amp;', '&'));
  expect(stranger.status === 303, `somebody who is not signed in got HTTP ${stranger.status}`);
  report('nobody gets them without signing in');
  expect((await reviewer.get('/console/audit')).status === 403, 'a reviewer can read the audit log');
  expect((await reviewer.get(`${sessionPath({ session })}/erase`)).status === 403, 'a reviewer can erase');
  report('the role of a reviewer neither erases nor reads the audit log');
}

/** The reviewer decides. */
export async function decide(walk) {
  const { reviewer } = walk;
  const page = await reviewer.page(sessionPath(walk));
  const fields = { decision: 'accepted', note: NOTE };
  const { status } = await reviewer.submit(`${sessionPath(walk)}/decision`, page, fields);
  expect(status === 303, `the decision got HTTP ${status}`);
  const decided = await reviewer.page(sessionPath(walk));
  expect(decided.includes(NOTE) && decided.includes('walk-reviewer'), 'the page does not show the decision');
  report('accepted, with a note');
}

/** Verifies the audit log and notes its head, as an operator stores it elsewhere. */
export async function verifyAudit(walk) {
  const known = walk.auditHead === undefined ? [] : ['--expect-head', walk.auditHead];
  const { count, head } = JSON.parse(await walk.service.command('audit', 'verify', ...known));
  walk.auditHead = head;
  report(`${count} entries, head ${head}`);
}

/** What the walk did that the audit log must have. */
const ACTIONS = [
  ...['account_created', 'webhook_endpoint_created', 'operator_set_up', 'signed_in', 'session_pictures_viewed'],
  ...['access_denied', 'review_decided', 'master_key_rotated', 'blob_key_rotated', 'signing_key_rotated'],
  ...['backup_created', 'session_erased', 'person_erased'],
];

/** The entry as canonical JSON, for objects of texts and numbers. */
function canonical(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
}

/** Exports the audit log and verifies it without the service, as docs/CONSOLE.md says. */
export async function exportAudit(walk) {
  const file = join(walk.folder, 'audit.jsonl');
  await walk.service.command('audit', 'export', '--out', file);
  const text = readFileSync(file, 'utf8');
  const entries = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  let previous = '0'.repeat(64);
  for (const [index, { hash, ...entry }] of entries.entries()) {
    const found = createHash('sha256').update(canonical(entry)).digest('hex');
    const isNext = entry.sequence === index + 1 && entry.previousHash === previous && found === hash;
    expect(isNext, `entry ${index + 1} of the export breaks the chain`);
    previous = hash;
  }
  const missing = ACTIONS.filter((action) => !entries.some((entry) => entry.action === action));
  expect(missing.length === 0, `the audit log does not have ${missing.join(', ')}`);
  expect(!text.includes(USER_ID) && !text.includes(NOTE), 'the audit log names the person');
  report(`${entries.length} entries, verified by another program: each deed of the walk, and not the person`);
}

/** The administrator erases the person; nothing of the person is left. */
export async function erasePerson(walk) {
  const { administrator, session, service } = walk;
  const path = `${sessionPath(walk)}/erase`;
  const form = await administrator.page(path);
  expect(form.includes(USER_ID), 'the page does not name the person');
  const { status } = await administrator.submit(path, form, { scope: 'person', confirm: 'yes' });
  expect(status === 303, `the erasure got HTTP ${status}`);
  const event = await expectEvent(walk, 'data.erased', session.signatureId);
  expect(event.data.userId === null, 'the event names the person');
  report(`event ${event.id}: ${event.type}, without data of the person`);
  const { code } = await getResult(service.url, walk.access, session.signatureId);
  expect(code === 'RESULT_NOT_FOUND', `Get Result answers ${code}`);
  report(`Get Result: ${code}`);
  const page = await walk.reviewer.page(sessionPath(walk));
  expect(!page.includes(NOTE) && !page.includes(USER_ID), 'the console still shows the person');
  expect(!page.includes('/pictures/'), 'the console still shows pictures');
  report('the console shows an empty record');
}
