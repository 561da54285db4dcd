// The client: signs in, calls the APIs and reads results.

import createClient, { type Client, type Middleware } from 'openapi-fetch';
import { LivenessError } from './error.js';
import type { components, paths } from './generated/api.js';
import { type Outcome, type OutcomeOptions, outcomeOf } from './outcome.js';
import { type AccountKeys, signature } from './signature.js';

/** The schemas of the APIs, by name. */
export type Schema = components['schemas'];

export interface LivenessOptions extends AccountKeys, OutcomeOptions {
  /** The service's address, such as `https://liveness.example`. */
  url: string;
  /** How long a request may take, in ms. Default: 30000. */
  timeoutMs?: number;
  /** Replaces `fetch`. */
  fetch?: (request: Request) => Promise<Response>;
}

/** What Get Result answered, and what it means. */
export interface Result {
  outcome: Outcome;
  code: Schema['StatusCode'];
  data: Schema['ResultData'] | null;
}

interface Answer<Data> {
  code: string;
  message: string;
  data: Data | null;
  transactionId: string;
}

const SIGN_IN = '/openapi/auth/ticket/v1/generate-token';
const MARGIN_MS = 60_000;
const LONGEST_REFUSAL = 4096;
const TRIES = 3;
const LONGEST_PAUSE_SECONDS = 10;

/** Sends a request, again if the service is busy. */
async function sendPatiently(request: Request, options: LivenessOptions): Promise<Response> {
  const { timeoutMs = 30_000, fetch: send = globalThis.fetch } = options;
  for (let attempt = 1; ; attempt++) {
    const response = await send(new Request(request.clone(), { signal: AbortSignal.timeout(timeoutMs) }));
    const after = Number(response.headers.get('Retry-After') ?? Number.NaN);
    if (attempt === TRIES || Number.isNaN(after)) return response;
    await new Promise((wake) => setTimeout(wake, Math.min(after, LONGEST_PAUSE_SECONDS) * 1000));
  }
}

/** A client of a service, for one account. */
export class Liveness {
  /** The APIs, typed by the OpenAPI document, with the access token. The HTTP status of an error may be 200: read `code`. */
  readonly api: Client<paths>;
  readonly #options: LivenessOptions;
  #token: Promise<Schema['AccessToken']> | null = null;

  constructor(options: LivenessOptions) {
    this.#options = options;
    this.api = createClient<paths>({
      baseUrl: options.url.replace(/\/+$/, ''),
      fetch: (request) => sendPatiently(request, options),
    });
    this.api.use(this.#authentication());
  }

  #authentication(): Middleware {
    return {
      onRequest: async ({ request, schemaPath }) => {
        if (schemaPath !== SIGN_IN) request.headers.set('X-ACCESS-TOKEN', await this.#accessToken());
        return request;
      },
      onResponse: async ({ response }) => {
        // The account's tokens were revoked: the next request gets a new one. Answers with pictures are not parsed twice.
        const isJson = response.headers.get('Content-Type')?.startsWith('application/json');
        const isShort = Number(response.headers.get('Content-Length') ?? 0) < LONGEST_REFUSAL;
        if (isJson && isShort && (await response.clone().json()).code === 'IAM_FAILED') this.#token = null;
      },
    };
  }

  /** An access token, cached until a minute before its end. */
  async #accessToken(): Promise<string> {
    const cached = await this.#token;
    if (cached !== null && Date.now() < cached.expiredTime - MARGIN_MS) return cached.token;
    const token = this.#signIn();
    this.#token = token;
    // A failure is not cached.
    token.catch(() => {
      if (this.#token === token) this.#token = null;
    });
    return (await token).token;
  }

  async #signIn(): Promise<Schema['AccessToken']> {
    const { accessKey } = this.#options;
    const timestamp = String(Date.now());
    const body = { accessKey, timestamp, signature: await signature(this.#options, timestamp) };
    return succeeded(await this.api.POST(SIGN_IN, { body }));
  }

  /** Creates a session: its `signatureId`, and the URL for the person. */
  async createSession(request: Schema['GetTokenRequest']): Promise<Schema['SessionCreated']> {
    return succeeded(await this.api.POST('/openapi/liveness/v2/h5/token', { body: request }));
  }

  /** The result of a session. */
  async result(signatureId: string): Promise<Result> {
    const answer = await this.api.POST('/openapi/liveness/v4/h5/get-result', { body: { signatureId } });
    if (answer.data === undefined) throw failure(answer.error, answer.response);
    return { outcome: outcomeOf(answer.data, this.#options), code: answer.data.code, data: answer.data.data };
  }

  /** Sets texts and colours of the page in one language; docs/PAGE.md lists the fields. */
  async configureUi(configuration: { locale: string } & Record<string, unknown>): Promise<void> {
    accepted(await this.api.POST('/openapi/liveness/v1/h5/configureUI', { body: configuration }));
  }

  /** Erases the data of a session. Repeating it succeeds. */
  async clearData(signatureId: string): Promise<void> {
    accepted(await this.api.GET('/liveness/h5/ext/v1/clear-data', { params: { query: { signatureId } } }));
  }
}

interface Fetched<Data> {
  data?: Answer<Data>;
  error?: unknown;
  response: Response;
}

function failure(answer: unknown, response: Response): LivenessError {
  const { code, message, transactionId } = (answer ?? {}) as Partial<Answer<unknown>>;
  if (code !== undefined && message !== undefined) return new LivenessError(code, message, transactionId);
  return new LivenessError('NO_ANSWER', `HTTP status ${response.status}`);
}

function accepted<Data>({ data, error, response }: Fetched<Data>): Data | null {
  if (data?.code !== 'SUCCESS') throw failure(data ?? error, response);
  return data.data;
}

function succeeded<Data>(fetched: Fetched<Data>): Data {
  const data = accepted(fetched);
  if (data === null) throw failure(fetched.data, fetched.response);
  return data;
}
