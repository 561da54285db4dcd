// Fetches and verifies a session's capture record with Node's own crypto, independently of `nearfar verify`.

import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';

const json = (base64url) => JSON.parse(Buffer.from(base64url, 'base64url'));

/** The files of an uncompressed ZIP archive. */
function unpacked(archive) {
  const files = {};
  for (let at = 0; archive.readUInt32LE(at) === 0x04034b50; ) {
    assert.equal(archive.readUInt16LE(at + 8), 0, 'not compressed');
    const [length, name, extra] = [
      archive.readUInt32LE(at + 18),
      archive.readUInt16LE(at + 26),
      archive.readUInt16LE(at + 28),
    ];
    const start = at + 30 + name + extra;
    files[archive.toString('utf8', at + 30, at + 30 + name)] = archive.subarray(start, start + length);
    at = start + length;
  }
  return files;
}

/**
 * Fetches the record, verifies its signature and hashes, and returns its files by path.
 * @param {string} url the service's address
 * @param {object} access the account's headers
 * @param {string} signatureId
 */
export async function captureRecord(url, access, signatureId) {
  const address = `${url}liveness/h5/v1/capture-record`;
  const headers = { ...access, 'Content-Type': 'application/json' };
  const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify({ signatureId }) });
  assert.equal(response.headers.get('content-type'), 'application/zip');
  const files = unpacked(Buffer.from(await response.arrayBuffer()));
  const [head, claims, signature] = files['record.jws'].toString().split('.');
  assert.equal(json(head).typ, 'nearfar-capture-record+jws');
  assert.equal(json(head).alg, 'EdDSA');
  const { keys } = await (await fetch(`${address}/keys`)).json();
  const key = createPublicKey({ key: keys.find(({ kid }) => kid === json(head).kid), format: 'jwk' });
  assert.ok(verify(null, Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url')), 'signed');
  const signed = json(claims);
  assert.equal(signed.format, 1);
  assert.equal(signed.signatureId, signatureId);
  for (const { path, sha256 } of signed.files)
    assert.equal(createHash('sha256').update(files[path]).digest('hex'), sha256, path);
  return files;
}
