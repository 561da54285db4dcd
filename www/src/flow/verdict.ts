// The result of an attempt as integrators receive it.

import type { StatusView } from '../api/openapi.js';
import { isOver } from './session-state.js';

/** The session's next address for the person. */
export interface Next {
  info: 'successNext' | 'failedNext';
  url: string;
}

/** The result of an attempt. Only the result that your back end gets from the service counts. */
export interface Verdict {
  passed: boolean;
  /** The result's code; null if the session was already over. */
  code: string | null;
  /** 0 to 100. */
  score: number | null;
  /** Whether the session is over; otherwise the person may try again. */
  over: boolean;
  /** Tries left. The first three attempts with the code `FACE_QUALITY_TOO_POOR` cost no try. */
  triesLeft: number;
  next: Next | null;
}

/** The result in a session's status. @internal */
export function verdictOf(status: StatusView): Verdict {
  const { state, result, triesLeft, next } = status;
  const outcome = { passed: state === 'succeeded', code: result?.code ?? null, score: result?.score ?? null };
  return { ...outcome, over: isOver(status), triesLeft, next };
}
