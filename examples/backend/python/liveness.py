"""An integrator's back end: access token, session, result, webhook check and erasure. Python 3.9 or newer, no packages."""

import hashlib
import hmac
import json
import os
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

# The lowest score that passes: the service's `pass_score`. Not used if the account has `verdictFields` on.
PASS_SCORE = 50
# No accusation: let the person try again.
INCONCLUSIVE = {
    "FACE_QUALITY_TOO_POOR", "FACE_OCCLUDED", "INVALID_FACE_DETECTED", "NO_FACE_DETECTED", "TOO_MANY_FACES_DETECTED",
}
TOLERANCE_SECONDS = 300


class LivenessError(Exception):
    """The service refused a request, or a webhook is not genuine."""


class Liveness:
    """A client of the service. `sandbox`: accepts the chosen verdicts of a test account; never set it in production."""

    def __init__(self, url, access_key, secret_key, sandbox=False):
        self.url, self.sandbox = url.rstrip("/"), sandbox
        self._access_key, self._secret_key = access_key, secret_key
        self._token, self._token_end = "", 0.0

    def _send(self, path, headers, body=None):
        """Sends a request, again if the service is busy. The code counts, not the HTTP status."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **headers}
        attempt = 0
        while True:
            attempt += 1
            request = urllib.request.Request(self.url + path, data, headers)
            try:
                response = urllib.request.urlopen(request, timeout=30)
            except urllib.error.HTTPError as error:
                response = error
            with response:
                answer = json.load(response)
                retry_after = response.headers.get("Retry-After", "1")
            if answer["code"] not in ("SERVICE_BUSY", "RETRY_LATER") or attempt == 3:
                return answer
            time.sleep(min(float(retry_after), 10))

    def _access_token(self):
        """An access token, cached until a minute before its end. It is a secret: never log it."""
        if time.time() < self._token_end - 60:
            return self._token
        timestamp = str(int(time.time() * 1000))
        signature = hashlib.sha256((self._access_key + self._secret_key + timestamp).encode()).hexdigest()
        body = {"accessKey": self._access_key, "timestamp": timestamp, "signature": signature, "periodSecond": "3600"}
        data = succeeded(self._send("/openapi/auth/ticket/v1/generate-token", {}, body))["data"]
        self._token, self._token_end = data["token"], data["expiredTime"] / 1000
        return self._token

    def _call(self, path, body=None):
        answer = self._send(path, {"X-ACCESS-TOKEN": self._access_token()}, body)
        if answer["code"] == "IAM_FAILED":
            self._token_end = 0.0  # The account's tokens were revoked: the next call gets a new one.
        return answer

    def session(self, user_id, return_url, region):
        """Creates a session: `signatureId` and `url`. Store the id with the person's record, and show them the URL."""
        body = {"userId": user_id, "returnUrl": return_url, "region": region, "tryCount": "3"}
        return succeeded(self._call("/openapi/liveness/v2/h5/token", body))["data"]

    def result(self, signature_id):
        """The outcome of a session: `passed`, `failed`, `inconclusive`, `pending` or `erased`."""
        answer = self._call("/openapi/liveness/v4/h5/get-result", {"signatureId": signature_id})
        if answer["code"] == "LIVENESS_NO_RESULT":
            return "pending"
        if answer["code"] == "RESULT_NOT_FOUND":
            return "erased"
        if (answer["extra"] or "").startswith("SANDBOX") and not self.sandbox:
            raise LivenessError("the result of a test account")
        if answer["code"] in INCONCLUSIVE:
            return "inconclusive"
        # SUCCESS is not yet a pass: an attack is a SUCCESS with a low score.
        data = succeeded(answer)["data"]
        passed = data.get("passed")
        return "passed" if (data["score"] >= PASS_SCORE if passed is None else passed) else "failed"

    def erase(self, signature_id):
        """Erases the session's pictures and results. Repeating it succeeds."""
        succeeded(self._call("/liveness/h5/ext/v1/clear-data?" + urllib.parse.urlencode({"signatureId": signature_id})))


def succeeded(answer):
    """The answer, if its code is SUCCESS."""
    if answer["code"] == "SUCCESS":
        return answer
    raise LivenessError(f"{answer['code']}: {answer['message']} ({answer['transactionId']})")


def webhook_event(secret, header, body, now=None):
    """Checks the header `Nearfar-Signature` of a webhook and returns its event. `body`: the raw bytes; `now`: Unix s"""
    fields = [field.strip().partition("=")[::2] for field in header.split(",")]
    sent = next((value for name, value in fields if name == "t"), "")
    now = time.time() if now is None else now
    if not re.fullmatch("[0-9]{1,12}", sent) or abs(now - int(sent)) > TOLERANCE_SECONDS:
        raise LivenessError("webhook: wrong time")
    expected = hmac.new(secret.encode(), sent.encode() + b"." + body, hashlib.sha256).hexdigest()
    # While the secret is rotated there are several signatures.
    if not any(name == "v1" and hmac.compare_digest(value.encode(), expected.encode()) for name, value in fields):
        raise LivenessError("webhook: wrong signature")
    return json.loads(body)


def main(command, argument, now=None):
    """The command line: `session USER`, `result ID`, `erase ID`, or `webhook SIGNATURE [NOW]` with the body as input."""
    env = {name: os.environ.get(f"LIVENESS_{name}", "") for name in ("URL", "ACCESS_KEY", "SECRET_KEY", "SANDBOX")}
    if command == "webhook":
        secret = os.environ["LIVENESS_WEBHOOK_SECRET"]
        event = webhook_event(secret, argument, sys.stdin.buffer.read(), now and int(now))
        return f"{event['id']} {event['type']}"
    liveness = Liveness(env["URL"], env["ACCESS_KEY"], env["SECRET_KEY"], env["SANDBOX"] == "1")
    if command == "session":
        session = liveness.session(argument, "https://shop.example/done", "IDN")
        return f"{session['signatureId']} {session['url']}"
    if command == "erase":
        liveness.erase(argument)
    return liveness.result(argument)


if __name__ == "__main__":
    try:
        print(main(*sys.argv[1:]))
    except LivenessError as error:
        sys.exit(str(error))
