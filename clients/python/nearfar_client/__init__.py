"""A typed client of a nearfar service, for back ends."""

from .authentication import signature
from .errors import LivenessError
from .generated import models
from .liveness import Liveness, Result
from .outcome import Outcome
from .webhook import WebhookEvent, verify_webhook

__all__ = ["Liveness", "LivenessError", "Outcome", "Result", "WebhookEvent", "models", "signature", "verify_webhook"]
