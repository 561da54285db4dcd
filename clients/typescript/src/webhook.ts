// Verification of webhooks.

import { LivenessError } from './error.js';
import type { components } from './generated/api.js';

/** New types may be added: ignore those that you do not know. */
export type EventType = components['schemas']['EventType'];

/** The body of a webhook. */
export type WebhookEvent = components['schemas']['WebhookEvent'];

export interface WebhookOptions {
  /** Unix seconds. Default: now. */
  now?: number;
  /** How many seconds the event's time may differ from now. Default: 300. */
  toleranceSeconds?: number;
}

const invalid = (message: string) => new LivenessError('WEBHOOK_INVALID', message);

/**
 * Verifies the header `Nearfar-Signature` of a webhook and returns its event. Throws a `LivenessError` otherwise.
 * @param secret the whole secret, `whsec_…`
 * @param header the header's value
 * @param body the raw body, before any JSON parser
 */
export async function verifyWebhook(
  secret: string,
  header: string,
  body: string | Uint8Array<ArrayBuffer>,
  { now = Date.now() / 1000, toleranceSeconds = 300 }: WebhookOptions = {},
): Promise<WebhookEvent> {
  const fields = header.split(',').map((field) => field.trim().split('='));
  const time = fields.find(([name]) => name === 't')?.[1] ?? '';
  if (!/^\d{1,12}$/.test(time) || Math.abs(now - Number(time)) > toleranceSeconds) throw invalid('wrong time');
  const encoder = new TextEncoder();
  const bytes = typeof body === 'string' ? encoder.encode(body) : body;
  const start = encoder.encode(`${time}.`);
  const signed = new Uint8Array(start.length + bytes.length);
  signed.set(start);
  signed.set(bytes, start.length);
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', encoder.encode(secret), algorithm, false, ['verify']);
  // While the secret is rotated there are several signatures. `verify` compares in constant time.
  const signatures = fields.flatMap(([name, value = '']) =>
    name === 'v1' && /^[0-9a-f]{64}$/.test(value) ? [value] : [],
  );
  for (const value of signatures) {
    const signature = Uint8Array.from(value.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
    if (await crypto.subtle.verify(algorithm, key, signature, signed))
      return JSON.parse(new TextDecoder().decode(bytes));
  }
  throw invalid('wrong signature');
}
