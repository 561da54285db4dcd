// What an integrator's back end asks of the service.

import { createHash } from 'node:crypto';

/** Posts JSON and returns the answer's `data`; an error with its code and message when it is none of success. */
export async function post(url, headers, body) {
  const options = { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers } };
  const response = await fetch(url, { ...options, body: JSON.stringify(body) });
  const { code, message, data } = await response.json();
  if (code !== 'SUCCESS') throw new Error(`${url}: ${code}: ${message}`);
  return data;
}

/** The headers of an account's requests: its access token. */
export async function signIn(url, { accessKey, secretKey }) {
  const timestamp = String(Date.now());
  const signature = createHash('sha256').update(`${accessKey}${secretKey}${timestamp}`).digest('hex');
  /** @type {import('../../../www/src/api/openapi.ts').AccessToken} */
  const { token } = await post(`${url}openapi/auth/ticket/v1/generate-token`, {}, { accessKey, timestamp, signature });
  return { 'X-ACCESS-TOKEN': token };
}

/** @type {import('../../../www/src/api/openapi.ts').GetTokenRequest} what Get Token is asked for */
export const WISH = { returnUrl: 'https://shop.example/', region: 'IDN' };

/** A new session: its id, its page's address, and the headers of its page's requests. */
export async function openSession(url, access, wish = {}) {
  /** @type {import('../../../www/src/api/openapi.ts').SessionCreated} */
  const session = await post(`${url}openapi/liveness/v2/h5/token`, access, { ...WISH, ...wish });
  const token = new URL(session.url).searchParams.get('token');
  return { ...session, headers: { Authorization: `Bearer ${token}` } };
}
