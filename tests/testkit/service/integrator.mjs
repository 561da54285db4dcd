// The API calls of an integrator's back end.

import { createHash } from 'node:crypto';

/** Posts JSON and returns the response's `data`. Throws an error with code and message unless the code is SUCCESS. */
export async function post(url, headers, body) {
  const options = { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers } };
  const response = await fetch(url, { ...options, body: JSON.stringify(body) });
  const { code, message, data } = await response.json();
  if (code !== 'SUCCESS') throw new Error(`${url}: ${code}: ${message}`);
  return data;
}

/** Gets an access token. Returns it as the headers of the account's requests. */
export async function signIn(url, { accessKey, secretKey }) {
  const timestamp = String(Date.now());
  const signature = createHash('sha256').update(`${accessKey}${secretKey}${timestamp}`).digest('hex');
  /** @type {import('../../../www/src/api/openapi.ts').AccessToken} */
  const { token } = await post(`${url}openapi/auth/ticket/v1/generate-token`, {}, { accessKey, timestamp, signature });
  return { 'X-ACCESS-TOKEN': token };
}

/** @type {import('../../../www/src/api/openapi.ts').GetTokenRequest} the default request of Get Token */
export const TOKEN_REQUEST = { returnUrl: 'https://shop.example/', region: 'IDN' };

/** Creates a session. Returns its id, its page's address, and the headers of its page's requests. */
export async function openSession(url, access, tokenRequest = {}) {
  /** @type {import('../../../www/src/api/openapi.ts').SessionCreated} */
  const session = await post(`${url}openapi/liveness/v2/h5/token`, access, { ...TOKEN_REQUEST, ...tokenRequest });
  const token = new URL(session.url).searchParams.get('token');
  return { ...session, headers: { Authorization: `Bearer ${token}` } };
}
