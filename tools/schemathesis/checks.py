"""What schemathesis checks beside its own, the contract's codes; and how it sends videos.

Most answers have the HTTP status 200 and tell by their code how it went, so the checks of schemathesis that go by the
status (rejected negative data, ignored authentication) do not apply. These do.
"""

import re

import schemathesis
from schemathesis.transport.serialization import serialize_binary

CODE = re.compile(r"[A-Z][A-Z_]+")


def in_envelope(case, response):
    """Whether the answer has the envelope: health does not, nor do preflights and other methods without a body; the
    keys of capture records are a plain JWKS, a record itself is a zip file."""
    path, is_good = case.operation.path, response.status_code == 200
    if path.startswith("/health") or case.method in ("HEAD", "OPTIONS"):
        return False
    is_plain = path.endswith("/capture-record/keys") or "application/zip" in response.headers.get("content-type", [""])[0]
    return not (is_good and is_plain)


@schemathesis.check
def documented_code(ctx, response, case):
    """The code is one that the operation's description names; a client's error has its HTTP status."""
    if not in_envelope(case, response):
        return
    answer = response.json()
    if response.status_code != 200:
        named = f"HTTP {response.status_code} - "
        assert answer["code"] == "CLIENT_ERROR", f"{answer['code']} with {response.status_code}"
        assert answer["message"].startswith(named), answer["message"]
        return
    described = case.operation.definition.raw["responses"]["200"]["description"]
    assert answer["code"] in CODE.findall(described), f"{answer['code']} is not among: {described}"


@schemathesis.check
def data_with_success_alone(ctx, response, case):
    """Only a judged result comes with data and another code than SUCCESS."""
    if not in_envelope(case, response) or case.operation.path.endswith("/get-result"):
        return
    answer = response.json()
    assert answer["code"] == "SUCCESS" or answer["data"] is None, answer["code"]


@schemathesis.serializer("video/webm", "video/mp4")
def video(ctx, value):
    """Any bytes: what is no video is to be refused."""
    return {"data": serialize_binary(value)}
