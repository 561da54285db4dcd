// The walk of an operator, from the files of the image to the erasure of a person: node examples/operator-walk.mjs --help

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readArguments } from '../scripts/cli/command.mjs';
import { main, UserError } from '../scripts/cli/run.mjs';
import { backUp, restore, restoreErased, searchData } from './operator-walk/backup-steps.mjs';
import {
  addOperators,
  decide,
  erasePerson,
  exportAudit,
  readSession,
  verifyAudit,
} from './operator-walk/console-steps.mjs';
import { addAccount, startService, writeFiles, writeSecrets } from './operator-walk/deploy-steps.mjs';
import { endPrograms } from './operator-walk/deployment.mjs';
import { rotateKeys } from './operator-walk/key-steps.mjs';
import { capture, createSession, receiveResult, receiveWebhooks } from './operator-walk/session-steps.mjs';

const COMMAND = {
  name: 'node examples/operator-walk.mjs',
  summary:
    'Walks through the work of an operator with a service of its own: install, configure, account, webhook, session,\n' +
    'capture, review, audit log, key rotation, backup, erasure. Prints each command and its result, stops at the first\n' +
    'that fails, and leaves nothing behind. Needs Chromium.',
  options: {
    binary: { value: 'FILE', help: 'Takes this nearfar-server and the page in dist/; compiles nothing' },
    video: { value: 'FILE', help: 'The video of the camera: .y4m or .mjpeg [default: the scenario far_to_near]' },
  },
};

const STEPS = [
  ['Write the files of the image', writeFiles],
  ['Write secrets', writeSecrets],
  ['Configure and start the service', startService],
  ['Create an account', addAccount],
  ['Set a webhook', receiveWebhooks],
  ['Create operators of the console', addOperators],
  ['Create a session', createSession],
  ['Capture the person', capture],
  ['Receive the webhook and the result', receiveResult],
  ['Read the session in the console', readSession],
  ['Decide about the session', decide],
  ['Verify the audit log', verifyAudit],
  ['Rotate the keys', rotateKeys],
  ['Back up', backUp],
  ['Restore the backup in another place', restore],
  ['Erase the person', erasePerson],
  ['Restore the backup without the person', restoreErased],
  ['Verify that the audit log was only extended', verifyAudit],
  ['Export the audit log', exportAudit],
  ['Search the data for the person', searchData],
];

/** Runs the steps. Whatever happens, the services end and the folder is deleted. */
async function walkThrough({ binary, video }) {
  const walk = { binary, video, folder: mkdtempSync(join(tmpdir(), 'nearfar-walk-')), deployments: [] };
  const interrupted = new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => reject(new UserError(`ended by ${signal}`)));
  });
  try {
    for (const [index, [title, step]] of STEPS.entries()) {
      console.log(`${index + 1}/${STEPS.length} ${title}`);
      await Promise.race([step(walk), interrupted]).catch((error) => {
        throw error instanceof UserError ? new UserError(`${title}: ${error.message}`) : error;
      });
    }
  } finally {
    endPrograms();
    walk.receiver?.close();
    walk.receiver?.closeAllConnections();
    await Promise.all(walk.deployments.map((deployment) => deployment.stop()));
    rmSync(walk.folder, { recursive: true, force: true });
  }
  console.log('All steps succeeded.');
}

await main(() => walkThrough(readArguments(COMMAND).values));
