"""Signs in and adds the access token to requests."""

import hashlib
import time
from collections.abc import Generator

import httpx

from .errors import LivenessError

SIGN_IN = "/openapi/auth/ticket/v1/generate-token"
MARGIN_SECONDS = 60
LONGEST_REFUSAL = 4096


def signature(access_key: str, secret_key: str, timestamp: str) -> str:
    """SHA-256, in hex, of access key, secret key and timestamp."""
    return hashlib.sha256((access_key + secret_key + timestamp).encode()).hexdigest()


class AccessTokenAuth(httpx.Auth):
    """Adds an access token, cached until a minute before its end. Two threads may sign in at the same time."""

    requires_response_body = True

    def __init__(self, url: str, access_key: str, secret_key: str) -> None:
        self._url, self._access_key, self._secret_key = url, access_key, secret_key
        self._token, self._end = "", 0.0

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Signs in if necessary, then sends the request. A revoked token is forgotten: the next request gets another."""
        token, end = self._token, self._end
        if time.time() >= end - MARGIN_SECONDS:
            token, end = _token_of((yield self._sign_in(request)))
            self._token, self._end = token, end
        request.headers["X-ACCESS-TOKEN"] = token
        response = yield request
        if self._token == token and _is_refusal(response):
            self._end = 0.0

    def _sign_in(self, request: httpx.Request) -> httpx.Request:
        timestamp = str(int(time.time() * 1000))
        body = {
            "accessKey": self._access_key,
            "timestamp": timestamp,
            "signature": signature(self._access_key, self._secret_key, timestamp),
        }
        return httpx.Request("POST", self._url + SIGN_IN, json=body, extensions=request.extensions)


def _token_of(response: httpx.Response) -> tuple[str, float]:
    """The token and its end, Unix seconds."""
    try:
        answer = response.json()
        code, message, transaction_id = answer["code"], answer["message"], answer["transactionId"]
    except (ValueError, KeyError, TypeError) as error:
        raise LivenessError("NO_ANSWER", f"HTTP status {response.status_code}") from error
    if code != "SUCCESS":
        raise LivenessError(code, message, transaction_id)
    return answer["data"]["token"], answer["data"]["expiredTime"] / 1000


def _is_refusal(response: httpx.Response) -> bool:
    """Whether the service did not accept the token. Answers with pictures are long and not parsed here."""
    is_json = response.headers.get("Content-Type", "").startswith("application/json")
    return is_json and len(response.content) < LONGEST_REFUSAL and response.json().get("code") == "IAM_FAILED"
