// What an answer of Get Result means.

import { LivenessError } from './error.js';
import type { components } from './generated/api.js';

/**
 * `passed`; `failed`: an attack, or below the pass score; `inconclusive`: no accusation, the person may try again;
 * `pending`: nothing was scored yet; `erased`: the data was cleared
 */
export type Outcome = 'passed' | 'failed' | 'inconclusive' | 'pending' | 'erased';

export interface OutcomeOptions {
  /** The lowest score that passes, where the account has `verdictFields` off. Default: 50. */
  passScore?: number;
  /** Accepts the chosen verdicts of a test account. Default: false. Never set it in production. */
  allowSandbox?: boolean;
}

type Answer = Pick<
  components['schemas']['Envelope_ResultData'],
  'code' | 'message' | 'data' | 'extra' | 'transactionId'
>;

const INCONCLUSIVE = new Set<string>([
  'FACE_QUALITY_TOO_POOR',
  'FACE_OCCLUDED',
  'INVALID_FACE_DETECTED',
  'NO_FACE_DETECTED',
  'TOO_MANY_FACES_DETECTED',
] satisfies components['schemas']['ResultCode'][]);

/** The outcome of an answer of Get Result. Throws a `LivenessError` if the answer is no outcome. */
export function outcomeOf(answer: Answer, { passScore = 50, allowSandbox = false }: OutcomeOptions = {}): Outcome {
  const { code, message, data, extra, transactionId } = answer;
  if (code === 'LIVENESS_NO_RESULT') return 'pending';
  if (code === 'RESULT_NOT_FOUND') return 'erased';
  if (extra?.startsWith('SANDBOX') && !allowSandbox)
    throw new LivenessError('SANDBOX_RESULT', 'the result of a test account', transactionId);
  if (INCONCLUSIVE.has(code)) return 'inconclusive';
  if (code !== 'SUCCESS' || data === null) throw new LivenessError(code, message, transactionId);
  // SUCCESS is not yet a pass: an attack is a SUCCESS with a low score.
  return (data.passed ?? (data.score ?? 0) >= passScore) ? 'passed' : 'failed';
}
