"""The client: signs in, calls the APIs and reads results."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import httpx

from .authentication import AccessTokenAuth
from .errors import LivenessError
from .generated.api.integrator import clear_data, configure_ui, get_result, get_token
from .generated.client import AuthenticatedClient
from .generated.models import (
    ConfigureUiBody,
    EnvelopeResultData,
    EnvelopeSessionCreated,
    GetTokenRequest,
    ResultData,
    SessionCreated,
    SignatureRequest,
)
from .generated.types import Response
from .outcome import Outcome, outcome_of

TRIES = 3
LONGEST_PAUSE_SECONDS = 10.0


@dataclass(frozen=True)
class Result:
    """What Get Result answered, and what it means."""

    outcome: Outcome
    code: str
    data: ResultData | None


class Envelope(Protocol):
    """What every answer has."""

    code: str
    message: str
    transaction_id: str


Parsed = TypeVar("Parsed")


class Liveness:
    """A client of a service, for one account. It may be shared by threads.

    `pass_score`: the lowest score that passes, where the account has `verdictFields` off. `allow_sandbox`: accepts the
    chosen verdicts of a test account; never set it in production. `timeout`: seconds. `transport`: replaces the network.
    """

    def __init__(
        self,
        url: str,
        access_key: str,
        secret_key: str,
        *,
        pass_score: int = 50,
        allow_sandbox: bool = False,
        timeout: float = 30.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        url = url.rstrip("/")
        self._pass_score, self._allow_sandbox = pass_score, allow_sandbox
        arguments: dict[str, Any] = {"auth": AccessTokenAuth(url, access_key, secret_key), "transport": transport}
        #: The client for the functions of `nearfar_client.generated.api`. It adds the access token.
        self.client = AuthenticatedClient(
            url, token="", auth_header_name="X-ACCESS-TOKEN", prefix="", timeout=httpx.Timeout(timeout),
            httpx_args=arguments, raise_on_unexpected_status=True,
        )

    def create_session(self, request: GetTokenRequest) -> SessionCreated:
        """Creates a session: its `signature_id`, and the `url` for the person."""
        answer = _patiently(lambda: get_token.sync_detailed(client=self.client, body=request))
        if isinstance(answer, EnvelopeSessionCreated) and answer.data is not None:
            return answer.data
        raise _failure(answer)

    def result(self, signature_id: str) -> Result:
        """The result of a session."""
        body = SignatureRequest(signature_id)
        answer = _patiently(lambda: get_result.sync_detailed(client=self.client, body=body))
        if not isinstance(answer, EnvelopeResultData):
            raise _failure(answer)
        outcome = outcome_of(answer, pass_score=self._pass_score, allow_sandbox=self._allow_sandbox)
        return Result(outcome, answer.code, answer.data)

    def configure_ui(self, configuration: dict[str, Any]) -> None:
        """Sets texts and colours of the page in one language (`locale`); docs/PAGE.md lists the fields."""
        body = ConfigureUiBody.from_dict(configuration)
        _accepted(_patiently(lambda: configure_ui.sync_detailed(client=self.client, body=body)))

    def clear_data(self, signature_id: str) -> None:
        """Erases the data of a session. Repeating it succeeds."""
        _accepted(_patiently(lambda: clear_data.sync_detailed(client=self.client, signature_id=signature_id)))


def _patiently(send: Callable[[], Response[Parsed]]) -> Parsed:
    """Sends a request, again if the service is busy."""
    attempt = 0
    while True:
        attempt += 1
        response = send()
        after = response.headers.get("Retry-After", "")
        if response.parsed is None:
            raise LivenessError("NO_ANSWER", f"HTTP status {response.status_code.value}")
        if attempt == TRIES or not after.isdecimal():
            return response.parsed
        time.sleep(min(float(after), LONGEST_PAUSE_SECONDS))


def _failure(answer: Envelope) -> LivenessError:
    return LivenessError(answer.code, answer.message, answer.transaction_id)


def _accepted(answer: Envelope) -> None:
    if answer.code != "SUCCESS":
        raise _failure(answer)
