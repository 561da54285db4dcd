// Drives the TypeScript client: reads commands as lines of JSON and answers each with a line.

import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const { Liveness, verifyWebhook } = await import(pathToFileURL(process.argv[2]).href);
let liveness;

const commands = {
  open: (options) => {
    liveness = new Liveness(options);
  },
  session: (request) => liveness.createSession(request),
  result: async ({ signatureId }) => {
    const { outcome, data } = await liveness.result(signatureId);
    return { outcome, score: data?.score ?? null };
  },
  configure: (configuration) => liveness.configureUi(configuration),
  erase: ({ signatureId }) => liveness.clearData(signatureId),
  webhook: ({ secret, header, body, now }) => verifyWebhook(secret, header, body, { now }),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [name, argument] = JSON.parse(line);
  let answer;
  try {
    answer = { done: (await commands[name](argument)) ?? null };
  } catch (error) {
    answer = { error: error.name, code: error.code, message: error.message, transactionId: error.transactionId };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
