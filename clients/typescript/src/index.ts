// A typed client of a nearfar service, for back ends.

export { LivenessError } from './error.js';
export type { components, paths } from './generated/api.js';
export { Liveness, type LivenessOptions, type Result, type Schema } from './liveness.js';
export { type Outcome, type OutcomeOptions, outcomeOf } from './outcome.js';
export { type AccountKeys, signature } from './signature.js';
export { type EventType, verifyWebhook, type WebhookEvent, type WebhookOptions } from './webhook.js';
