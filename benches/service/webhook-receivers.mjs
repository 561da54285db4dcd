// Receivers of webhooks for the load, in a process of their own: one answers, one hangs. Prints their ports, then, for
// each line on standard input, how many events the first one has received.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

const ids = new Set();
const answering = createServer((request, response) => {
  ids.add(request.headers['nearfar-event-id']);
  request.resume();
  request.on('end', () => response.writeHead(204).end());
});
const hanging = createServer(() => {});

for (const server of [answering, hanging]) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}
console.log(JSON.stringify({ answering: answering.address().port, hanging: hanging.address().port }));
for await (const _ of createInterface({ input: process.stdin })) console.log(ids.size);
process.exit();
