// Errors of the service and of webhooks.

/** The service refused a request, or a webhook is not genuine. `code` is stable; the message is for the log. */
export class LivenessError extends Error {
  override readonly name = 'LivenessError';

  /**
   * @param code the service's code, or `WEBHOOK_INVALID`, `SANDBOX_RESULT`, `NO_ANSWER`
   * @param transactionId the id of the request in the service's log
   */
  constructor(
    readonly code: string,
    message: string,
    readonly transactionId: string | null = null,
  ) {
    super(`${code}: ${message}${transactionId === null ? '' : ` (${transactionId})`}`);
  }
}
