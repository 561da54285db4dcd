// Sessions of a sandbox account, for tests. Runs in Node and in browsers.

import type { SandboxResult } from './types.js';

/** A sandbox account: `npm run account -- add "Tests" --sandbox` prints its keys. */
export interface SandboxAccount {
  /** The address of the service, such as `https://liveness.example/`. */
  url: string;
  accessKey: string;
  secretKey: string;
}

/** What to request of Get Token. Other fields of Get Token are passed on. */
export interface SandboxRequest {
  /** The result of each attempt in order; the last one repeats. Default: the person passes. */
  sandbox?: readonly SandboxResult[];
  /** Where the page leads at the end. Default `https://shop.example/`. */
  returnUrl?: string;
  /** Default `IDN`. */
  region?: string;
  /** How many attempts may fail. By default as many as `sandbox` has results. */
  tryCount?: number;
  [field: string]: unknown;
}

/** An answer of the service. */
export interface Answer {
  code: string;
  message: string;
  /** In a sandbox account it begins with `SANDBOX`. */
  extra: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: its fields depend on the API.
  data: any;
}

/** A session of a sandbox account. */
export interface SandboxSession {
  /** The address for the person, and for `<nearfar-liveness>`. */
  url: string;
  /** The session's id. */
  signatureId: string;
  /** Calls Get Result. Its `code` is that of the result, or an error such as `LIVENESS_NO_RESULT`. */
  result(): Promise<Answer>;
}

/** The address of an API. Throws an error that names the account's address if that is not a URL. */
function addressOf({ url }: SandboxAccount, path: string): URL {
  try {
    return new URL(`openapi/${path}`, url.endsWith('/') ? url : `${url}/`);
  } catch {
    throw new TypeError(`nearfar/testing: url: '${url}' is not the address of a service`);
  }
}

async function post(account: SandboxAccount, path: string, headers: object, body: object): Promise<Answer> {
  const address = addressOf(account, path);
  const options = { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers } };
  const fail = (what: string) => (cause: unknown) => {
    throw new Error(`nearfar/testing: ${address} ${what}`, { cause });
  };
  const response = await fetch(address, { ...options, body: JSON.stringify(body) }).catch(fail('cannot be reached'));
  return response.json().catch(fail(`answers ${response.status} without JSON: is it the service?`));
}

/** The data of an answer. Throws an error that names the code unless it is SUCCESS. */
function dataOf({ code, message, extra, data }: Answer, path: string): Answer['data'] {
  if (code === 'SUCCESS') return data;
  throw new Error(`nearfar/testing: ${path}: ${[code, message, extra].filter(Boolean).join(': ')}`);
}

async function sha256(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Creates a session whose results the test chooses. Rejects with an error that names the service's code, and for an
 * account that is no sandbox account.
 *
 * @example
 * ```js
 * const session = await openSandboxSession(account, { sandbox: ['FACE_QUALITY_TOO_POOR', 'SUCCESS'] });
 * await page.goto(session.url);
 * ```
 */
export async function openSandboxSession(
  account: SandboxAccount,
  request: SandboxRequest = {},
): Promise<SandboxSession> {
  const { accessKey, secretKey } = account;
  const timestamp = String(Date.now());
  const signature = await sha256(`${accessKey}${secretKey}${timestamp}`);
  const tokenPath = 'auth/ticket/v1/generate-token';
  const signedIn = await post(account, tokenPath, {}, { accessKey, timestamp, signature });
  const headers = { 'X-ACCESS-TOKEN': dataOf(signedIn, tokenPath).token };
  const { sandbox = ['SUCCESS'] } = request;
  const defaults = { returnUrl: 'https://shop.example/', region: 'IDN', tryCount: sandbox.length };
  const sessionPath = 'liveness/v2/h5/token';
  const opened = await post(account, sessionPath, headers, { ...defaults, ...request, sandbox });
  const { url, signatureId } = dataOf(opened, sessionPath);
  return { url, signatureId, result: () => post(account, 'liveness/v4/h5/get-result', headers, { signatureId }) };
}
