// Starts nginx and Caddy with the configuration files of deploy/.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../scripts/servers/port.mjs';
import { temporaryFolder } from '../../testkit/service/service.mjs';
import { writeCertificate } from './certificate.mjs';
import { answers, outputOf, replaceOnce, source, startProgram } from './programs.mjs';

/**
 * @typedef {{url: string, plain: string, log: () => string}} Proxy `url`: its address, with TLS; `plain`: without; `log`:
 *   its access log
 */

/** What the configuration of nginx's package contains around conf.d. */
const NGINX = (folder) => `
daemon off;
pid ${folder}/nginx.pid;
error_log stderr warn;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  include ${folder}/*.conf;
}
`;

/**
 * Starts nginx.
 * @param {{upstream: string, upstreamFile?: string}} options `upstream`: the host and port of the service; `upstreamFile`:
 *   the text of upstream.conf
 * @returns {Promise<Proxy>}
 */
export async function startNginx(t, { upstream, upstreamFile = source('deploy', 'nginx', 'upstream.conf') }) {
  const folder = temporaryFolder(t);
  const { certificate, key } = writeCertificate(folder);
  const [port, plain] = [await freePort(), await freePort()];
  const site = source('deploy', 'nginx', 'nearfar.conf').replaceAll('/etc/nginx/conf.d/', `${folder}/`);
  const files = {
    'nginx.main': NGINX(folder),
    'upstream.conf': upstreamFile.replace(/^ {2}server \S+;$/m, `  server ${upstream};`),
    'nearfar-proxy.inc': source('deploy', 'nginx', 'nearfar-proxy.inc'),
    'nearfar.conf': replaceOnce(site, {
      'listen 80;': `listen 127.0.0.1:${plain};`,
      'listen 443 ssl http2;': `listen 127.0.0.1:${port} ssl http2;`,
      '/etc/nginx/tls/fullchain.pem': certificate,
      '/etc/nginx/tls/privkey.pem': key,
      '/var/log/nginx/access.log': join(folder, 'access.log'),
      '/var/log/nginx/error.log': join(folder, 'error.log'),
    }),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const args = ['-p', folder, '-c', join(folder, 'nginx.main')];
  outputOf('nginx', ['-t', '-q', ...args]);
  const url = `https://localhost:${port}/`;
  await startProgram(t, 'nginx', args, { ready: () => answers(`${url}health/live`), signal: 'SIGQUIT' });
  const log = () => ['access.log', 'error.log'].map((name) => readFileSync(join(folder, name), 'utf8')).join('');
  return { url, plain: `http://localhost:${plain}/`, log };
}

/** @returns {Promise<Proxy>} Caddy, started with a certificate of the test's own in place of a public one */
export async function startCaddy(t, { upstream }) {
  const folder = temporaryFolder(t);
  const { certificate, key } = writeCertificate(folder);
  const [port, plain] = [await freePort(), await freePort()];
  const text = replaceOnce(source('deploy', 'caddy', 'Caddyfile'), {
    '{\n\tservers {': `{\n\tadmin off\n\thttp_port ${plain}\n\thttps_port ${port}\n\tservers {`,
    'liveness.example {': `localhost {\n\ttls ${certificate} ${key}`,
    'reverse_proxy 127.0.0.1:8787 {': `reverse_proxy ${upstream} {`,
    '/var/log/caddy/nearfar.log': join(folder, 'access.log'),
  });
  writeFileSync(join(folder, 'Caddyfile'), text);
  const env = { ...process.env, XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder };
  const url = `https://localhost:${port}/`;
  const isReady = () =>
    fetch(`${url}health/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
  await startProgram(t, 'caddy', ['run', '--config', join(folder, 'Caddyfile')], { ready: isReady, env });
  return { url, plain: `http://localhost:${plain}/`, log: () => readFileSync(join(folder, 'access.log'), 'utf8') };
}
