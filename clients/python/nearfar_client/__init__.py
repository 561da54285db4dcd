"""A typed client of a nearfar service, for back ends."""

from .authentication import signature
from .errors import LivenessError
from .generated import models
from .generated.models import WebhookEvent
from .liveness import Liveness, Result
from .outcome import Outcome
from .webhook import verify_webhook

__all__ = ["Liveness", "LivenessError", "Outcome", "Result", "WebhookEvent", "models", "signature", "verify_webhook"]
