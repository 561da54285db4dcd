"""Verification of webhooks."""

import hashlib
import hmac
import json
import re
import time

from .errors import LivenessError
from .generated.models import WebhookEvent


def verify_webhook(
    secret: str, header: str, body: bytes, *, now: float | None = None, tolerance_seconds: int = 300
) -> WebhookEvent:
    """Verifies the header `Nearfar-Signature` of a webhook and returns its event. Raises a LivenessError otherwise.

    `secret`: the whole secret, `whsec_…`; `body`: the raw bytes, before any JSON parser; `now`: Unix seconds.
    """
    fields = [field.strip().partition("=")[::2] for field in header.split(",")]
    sent = next((value for name, value in fields if name == "t"), "")
    now = time.time() if now is None else now
    if not re.fullmatch("[0-9]{1,12}", sent) or abs(now - int(sent)) > tolerance_seconds:
        raise LivenessError("WEBHOOK_INVALID", "wrong time")
    expected = hmac.new(secret.encode(), sent.encode() + b"." + body, hashlib.sha256).hexdigest()
    # While the secret is rotated there are several signatures.
    if not any(name == "v1" and hmac.compare_digest(value.encode(), expected.encode()) for name, value in fields):
        raise LivenessError("WEBHOOK_INVALID", "wrong signature")
    return WebhookEvent.from_dict(json.loads(body))
