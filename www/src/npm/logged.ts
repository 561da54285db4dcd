// Logs what the owner of the website can cure.

import { asError } from '../engine/errors.js';

/** Runs a step; rejects with a `CaptureError` only, and logs it once if the page's owner can cure it. */
export async function logged<Result>(step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    const failure = asError(error);
    import('../engine/failure-log.js').then(
      ({ logFailure }) => logFailure('createCapture', failure, false),
      () => undefined,
    );
    throw failure;
  }
}
