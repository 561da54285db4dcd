// Seals uploads in the format of docs/SEALING.md with Node's own crypto, for tests and benchmarks of the service. It is
// an independent implementation, so tests can compare it with the wasm module.

import { createCipheriv, createHmac, createPrivateKey, createPublicKey, diffieHellman, randomBytes } from 'node:crypto';

const KEM = Buffer.concat([Buffer.from('KEM'), Buffer.from([0x00, 0x20])]);
const HPKE = Buffer.concat([Buffer.from('HPKE'), Buffer.from([0x00, 0x20, 0x00, 0x01, 0x00, 0x03])]);
const VERSION = Buffer.from('HPKE-v1');
const NONE = Buffer.alloc(0);
const MAGIC = Buffer.from('nearfar\x01');
const LABEL = 'nearfar sealed upload 1';

/** The DER prefixes of the 32 bytes of a key. */
const PRIVATE = Buffer.from('302e020100300506032b656e04220420', 'hex');
const PUBLIC = Buffer.from('302a300506032b656e032100', 'hex');
const privateKey = (raw) => createPrivateKey({ key: Buffer.concat([PRIVATE, raw]), format: 'der', type: 'pkcs8' });
const publicKey = (raw) => createPublicKey({ key: Buffer.concat([PUBLIC, raw]), format: 'der', type: 'spki' });
const rawPublic = (key) => createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(PUBLIC.length);

function extract(suite, salt, label, secret) {
  const input = Buffer.concat([VERSION, suite, Buffer.from(label), secret]);
  return createHmac('sha256', salt.length > 0 ? salt : Buffer.alloc(32))
    .update(input)
    .digest();
}

/** HKDF-Expand, which Node offers only together with HKDF-Extract. One block is enough here. */
function expand(suite, key, label, info, length) {
  const head = Buffer.from([length >> 8, length & 255]);
  const input = Buffer.concat([head, VERSION, suite, Buffer.from(label), info, Buffer.from([1])]);
  return createHmac('sha256', key).update(input).digest().subarray(0, length);
}

/** Derives a key pair from a seed of 32 bytes. `public` is raw. */
export function keyPair(seed) {
  const key = privateKey(expand(KEM, extract(KEM, NONE, 'dkp_prk', seed), 'sk', NONE, 32));
  return { private: key, public: rawPublic(key) };
}

/**
 * Seals an upload.
 * @param {{key: Buffer, signatureId: string, attemptId: string, nonce: string}} to the public key, and the attempt that
 *   it belongs to
 * @param {[name: string, content: Buffer][]} parts the manifest, then the files
 * @param {Buffer} random 32 bytes
 */
export function seal({ key, signatureId, attemptId, nonce }, parts, random = randomBytes(32)) {
  const ephemeral = keyPair(random);
  const shared = diffieHellman({ privateKey: ephemeral.private, publicKey: publicKey(key) });
  const both = Buffer.concat([ephemeral.public, key]);
  const secret = expand(KEM, extract(KEM, NONE, 'eae_prk', shared), 'shared_secret', both, 32);
  const info = Buffer.from([LABEL, signatureId, attemptId, nonce].join('\n'));
  const context = Buffer.concat([
    Buffer.from([0]),
    extract(HPKE, NONE, 'psk_id_hash', NONE),
    extract(HPKE, NONE, 'info_hash', info),
  ]);
  const scheduled = extract(HPKE, secret, 'secret', NONE);
  const aead = expand(HPKE, scheduled, 'key', context, 32);
  const base = expand(HPKE, scheduled, 'base_nonce', context, 12);
  const pieces = parts.map(([name, content], index) => {
    const header = Buffer.alloc(6 + name.length);
    header[0] = index + 1 === parts.length ? 1 : 0;
    header[1] = name.length;
    header.write(name, 2, 'latin1');
    header.writeUInt32BE(content.length, 2 + name.length);
    const counted = Buffer.from(base);
    counted.writeUInt32BE((counted.readUInt32BE(8) ^ index) >>> 0, 8);
    const cipher = createCipheriv('chacha20-poly1305', aead, counted, { authTagLength: 16 });
    cipher.setAAD(header, { plaintextLength: content.length });
    return Buffer.concat([header, cipher.update(content), cipher.final(), cipher.getAuthTag()]);
  });
  return Buffer.concat([MAGIC, ephemeral.public, ...pieces]);
}
