"""Additional checks for schemathesis: the codes of the contract, and a serializer for videos.

Most responses have the HTTP status 200 and report their outcome by a code in the body, so the checks of schemathesis that
use the status (rejected negative data, ignored authentication) do not apply.
"""

import re

import schemathesis
from schemathesis.transport.serialization import serialize_binary

CODE = re.compile(r"[A-Z][A-Z_]+")


def in_envelope(case, response):
    """Whether the response has the envelope. Health, preflights and methods without a body do not; the keys of capture
    records are a plain JWKS, a record is a zip file."""
    path, is_good = case.operation.path, response.status_code == 200
    if path.startswith("/health") or case.method in ("HEAD", "OPTIONS"):
        return False
    is_plain = path.endswith("/capture-record/keys") or "application/zip" in response.headers.get("content-type", [""])[0]
    return not (is_good and is_plain)


@schemathesis.check
def documented_code(ctx, response, case):
    """The description of the operation names the code; a client error has its HTTP status."""
    if not in_envelope(case, response):
        return
    body = response.json()
    if response.status_code != 200:
        named = f"HTTP {response.status_code} - "
        assert body["code"] == "CLIENT_ERROR", f"{body['code']} with {response.status_code}"
        assert body["message"].startswith(named), body["message"]
        return
    described = case.operation.definition.raw["responses"]["200"]["description"]
    assert body["code"] in CODE.findall(described), f"{body['code']} is not among: {described}"


@schemathesis.check
def data_with_success_alone(ctx, response, case):
    """Only the result of a scored attempt has data with another code than SUCCESS."""
    if not in_envelope(case, response) or case.operation.path.endswith("/get-result"):
        return
    body = response.json()
    assert body["code"] == "SUCCESS" or body["data"] is None, body["code"]


@schemathesis.serializer("video/webm", "video/mp4")
def video(ctx, value):
    """Any bytes; the service has to reject what is not a video."""
    return {"data": serialize_binary(value)}
