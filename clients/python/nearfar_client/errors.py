"""Errors of the service and of webhooks."""


class LivenessError(Exception):
    """The service refused a request, or a webhook is not genuine.

    `code` is stable: the service's, or WEBHOOK_INVALID, SANDBOX_RESULT, NO_ANSWER. The message is for the log.
    `transaction_id` is the id of the request in the service's log.
    """

    def __init__(self, code: str, message: str, transaction_id: str | None = None) -> None:
        super().__init__(f"{code}: {message}" + (f" ({transaction_id})" if transaction_id else ""))
        self.code = code
        self.transaction_id = transaction_id
