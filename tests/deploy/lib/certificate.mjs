// A certificate for one test.

import { join } from 'node:path';
import { outputOf } from './programs.mjs';

/** Writes a self-signed certificate of localhost to a folder. */
export function writeCertificate(folder) {
  const paths = { certificate: join(folder, 'fullchain.pem'), key: join(folder, 'privkey.pem') };
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', paths.key];
  outputOf('openssl', ['req', '-x509', ...key, '-days', '2', '-out', paths.certificate, ...subject]);
  return paths;
}
