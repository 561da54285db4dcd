"""What an answer of Get Result means."""

from enum import Enum

from .errors import LivenessError
from .generated.models import EnvelopeResultData

INCONCLUSIVE = {
    "FACE_QUALITY_TOO_POOR",
    "FACE_OCCLUDED",
    "INVALID_FACE_DETECTED",
    "NO_FACE_DETECTED",
    "TOO_MANY_FACES_DETECTED",
}


class Outcome(Enum):
    """What a session came to."""

    PASSED = "passed"
    # An attack, or a score below the pass score.
    FAILED = "failed"
    # No accusation: the person may try again.
    INCONCLUSIVE = "inconclusive"
    # Nothing was scored yet.
    PENDING = "pending"
    # The data was cleared, or its retention is over.
    ERASED = "erased"


def outcome_of(answer: EnvelopeResultData, *, pass_score: int = 50, allow_sandbox: bool = False) -> Outcome:
    """The outcome of an answer of Get Result. Raises a LivenessError if the answer is no outcome."""
    if answer.code == "LIVENESS_NO_RESULT":
        return Outcome.PENDING
    if answer.code == "RESULT_NOT_FOUND":
        return Outcome.ERASED
    if (answer.extra or "").startswith("SANDBOX") and not allow_sandbox:
        raise LivenessError("SANDBOX_RESULT", "the result of a test account", answer.transaction_id)
    if answer.code in INCONCLUSIVE:
        return Outcome.INCONCLUSIVE
    if answer.code != "SUCCESS" or answer.data is None:
        raise LivenessError(answer.code, answer.message, answer.transaction_id)
    # SUCCESS is not yet a pass: an attack is a SUCCESS with a low score.
    passed, score = answer.data.passed, answer.data.score
    if not isinstance(passed, bool):
        passed = isinstance(score, int) and score >= pass_score
    return Outcome.PASSED if passed else Outcome.FAILED
