"""Drives the Python client: reads commands as lines of JSON and answers each with a line."""

import json
import sys
from typing import Any

from nearfar_client import Liveness, LivenessError, models, verify_webhook

liveness: Liveness | None = None


def run(name: str, argument: dict[str, Any]) -> Any:
    global liveness
    if name == "webhook":
        body = argument["body"].encode()
        return verify_webhook(argument["secret"], argument["header"], body, now=argument["now"]).to_dict()
    if name == "open":
        keys = (argument["url"], argument["accessKey"], argument["secretKey"])
        liveness = Liveness(*keys, allow_sandbox=argument.get("allowSandbox", False))
        return None
    assert liveness is not None
    if name == "session":
        return liveness.create_session(models.GetTokenRequest.from_dict(argument)).to_dict()
    if name == "result":
        result = liveness.result(argument["signatureId"])
        score = result.data.score if result.data else None
        return {"outcome": result.outcome.value, "score": score if isinstance(score, int) else None}
    if name == "configure":
        return liveness.configure_ui(argument)
    assert name == "erase"
    return liveness.clear_data(argument["signatureId"])


for line in sys.stdin:
    try:
        answer = {"done": run(*json.loads(line))}
    except LivenessError as error:
        answer = {"error": "LivenessError", "code": error.code, "message": str(error)}
        answer["transactionId"] = error.transaction_id
    print(json.dumps(answer), flush=True)
