// An integrator's back end: access token, session, result, webhook check and erasure. Node.js 20 or newer, no packages.

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

/** The lowest score that passes: the service's `pass_score`. Not used if the account has `verdictFields` on. */
const PASS_SCORE = 50;
/** No accusation: let the person try again. */
const INCONCLUSIVE = [
  ...['FACE_QUALITY_TOO_POOR', 'FACE_OCCLUDED', 'INVALID_FACE_DETECTED', 'NO_FACE_DETECTED', 'TOO_MANY_FACES_DETECTED'],
];
const TOLERANCE_SECONDS = 300;

/** A client of the service. `sandbox`: accepts the chosen verdicts of a test account; never set it in production. */
export class Liveness {
  #token = { value: '', end: 0 };

  constructor({ url, accessKey, secretKey, sandbox = false }) {
    Object.assign(this, { url: url.replace(/\/+$/, ''), accessKey, sandbox });
    this.#secretKey = secretKey;
  }

  #secretKey;

  /** Sends a request, again if the service is busy. The code counts, not the HTTP status. */
  async #send(path, headers, body) {
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(this.url + path, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(30_000),
      });
      const answer = await response.json();
      if (!['SERVICE_BUSY', 'RETRY_LATER'].includes(answer.code) || attempt === 3) return answer;
      await wait(Math.min(Number(response.headers.get('Retry-After') ?? 1), 10) * 1000);
    }
  }

  /** An access token, cached until a minute before its end. It is a secret: never log it. */
  async #accessToken() {
    if (Date.now() < this.#token.end - 60_000) return this.#token.value;
    const timestamp = String(Date.now());
    const signature = createHash('sha256').update(`${this.accessKey}${this.#secretKey}${timestamp}`).digest('hex');
    const body = { accessKey: this.accessKey, timestamp, signature, periodSecond: '3600' };
    const { data } = succeeded(await this.#send('/openapi/auth/ticket/v1/generate-token', {}, body));
    this.#token = { value: data.token, end: data.expiredTime };
    return this.#token.value;
  }

  async #call(path, body) {
    const answer = await this.#send(path, { 'X-ACCESS-TOKEN': await this.#accessToken() }, body);
    // The account's tokens were revoked: the next call gets a new one.
    if (answer.code === 'IAM_FAILED') this.#token.end = 0;
    return answer;
  }

  /** Creates a session: `{signatureId, url}`. Store the id with the person's record, and show them the URL. */
  async session(userId, returnUrl, region) {
    const body = { userId, returnUrl, region, tryCount: '3' };
    return succeeded(await this.#call('/openapi/liveness/v2/h5/token', body)).data;
  }

  /** The outcome of a session: `passed`, `failed`, `inconclusive`, `pending` or `erased`. */
  async result(signatureId) {
    const answer = await this.#call('/openapi/liveness/v4/h5/get-result', { signatureId });
    if (answer.code === 'LIVENESS_NO_RESULT') return 'pending';
    if (answer.code === 'RESULT_NOT_FOUND') return 'erased';
    if (answer.extra?.startsWith('SANDBOX') && !this.sandbox) throw new Error('the result of a test account');
    if (INCONCLUSIVE.includes(answer.code)) return 'inconclusive';
    // SUCCESS is not yet a pass: an attack is a SUCCESS with a low score.
    const { passed, score } = succeeded(answer).data;
    return (passed ?? score >= PASS_SCORE) ? 'passed' : 'failed';
  }

  /** Erases the session's pictures and results. Repeating it succeeds. */
  async erase(signatureId) {
    succeeded(await this.#call(`/liveness/h5/ext/v1/clear-data?signatureId=${encodeURIComponent(signatureId)}`));
  }
}

/** The answer, if its code is SUCCESS. */
function succeeded(answer) {
  if (answer.code === 'SUCCESS') return answer;
  throw new Error(`${answer.code}: ${answer.message} (${answer.transactionId})`);
}

/**
 * Checks the header `Nearfar-Signature` of a webhook and returns its event. `body`: the raw body, before any JSON parser;
 * `now`: Unix seconds
 */
export function webhookEvent(secret, header, body, now = Date.now() / 1000) {
  const fields = header.split(',').map((field) => field.trim().split('='));
  const [, time = ''] = fields.find(([name]) => name === 't') ?? [];
  if (!/^\d{1,12}$/.test(time) || Math.abs(now - Number(time)) > TOLERANCE_SECONDS)
    throw new Error('webhook: wrong time');
  const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
  // While the secret is rotated there are several signatures.
  const isSigned = fields.some(
    ([name, hex]) => name === 'v1' && /^[0-9a-f]{64}$/.test(hex) && timingSafeEqual(Buffer.from(hex, 'hex'), expected),
  );
  if (!isSigned) throw new Error('webhook: wrong signature');
  return JSON.parse(body);
}

/** The command line: `session USER`, `result ID`, `erase ID`, or `webhook SIGNATURE [NOW]` with the body as input. */
async function main([command, argument, now]) {
  const { LIVENESS_URL, LIVENESS_ACCESS_KEY, LIVENESS_SECRET_KEY, LIVENESS_SANDBOX, LIVENESS_WEBHOOK_SECRET } =
    process.env;
  if (command === 'webhook') {
    const { id, type } = webhookEvent(LIVENESS_WEBHOOK_SECRET, argument, await text(process.stdin), now && Number(now));
    return `${id} ${type}`;
  }
  const keys = { url: LIVENESS_URL, accessKey: LIVENESS_ACCESS_KEY, secretKey: LIVENESS_SECRET_KEY };
  const liveness = new Liveness({ ...keys, sandbox: LIVENESS_SANDBOX === '1' });
  if (command === 'session') {
    const { signatureId, url } = await liveness.session(argument, 'https://shop.example/done', 'IDN');
    return `${signatureId} ${url}`;
  }
  if (command === 'erase') await liveness.erase(argument);
  return liveness.result(argument);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    process.stdout.write(`${await main(process.argv.slice(2))}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
