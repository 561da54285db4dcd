#!/usr/bin/env bash
# An integrator's back end, from the access token to the erasure of the data. With `npm start` running:
#
#   ACCESS_KEY=… SECRET_KEY=… examples/integration.sh
#
# npm start prints the keys. SERVICE: the service's address; VIDEO: the camera's video (.y4m or .mjpeg); OUT: the folder
# for the pictures of the result. Exits with status 0 only if the person passed, with 3 if not. Needs curl, node and
# Chromium.
set -euo pipefail
cd "$(dirname "$0")/.."

SERVICE=${SERVICE:-http://localhost:8787}
OUT=${OUT:-out/integration}
: "${ACCESS_KEY:?printed by npm start}" "${SECRET_KEY:?printed by npm start}"
VIDEO=${VIDEO:-$(npm run --silent scenarios -- far_to_near)}
mkdir -p "$OUT"

# Reads a response and prints one of its fields: `field data.token`.
field() {
  node -e 'const answer = JSON.parse(require("fs").readFileSync(0, "utf8"));
    const value = process.argv[1].split(".").reduce((at, name) => at?.[name], answer);
    process.stdout.write(String(value ?? ""));' "$1"
}

# Exits unless the response has the expected code. The HTTP status does not count.
expect() {
  local code
  code=$(field code <<<"$2")
  if [ "$code" != "$1" ]; then
    echo "$3: expected $1, got: $2" >&2
    exit 1
  fi
  echo "$3: $code"
}

# Calls an API. The token is in a file, since other users can read command lines.
call() {
  curl --silent --show-error --header @"$HEADERS" "$@"
}
HEADERS=$(mktemp)
trap 'rm -f "$HEADERS"' EXIT
echo "Content-Type: application/json" >"$HEADERS"

# 1. Token Authentication: an access token for SHA-256(accessKey + secretKey + timestamp), in hex.
timestamp=$(date +%s%3N)
signature=$(printf '%s' "$ACCESS_KEY$SECRET_KEY$timestamp" | sha256sum | cut -d ' ' -f 1)
answer=$(call "$SERVICE/openapi/auth/ticket/v1/generate-token" --data "{
  \"accessKey\": \"$ACCESS_KEY\", \"timestamp\": \"$timestamp\", \"signature\": \"$signature\", \"periodSecond\": \"600\"}")
expect SUCCESS "$answer" "access token"
echo "X-ACCESS-TOKEN: $(field data.token <<<"$answer")" >>"$HEADERS"

# 2. ConfigureUI: the page's texts and colours, for each language. They apply until set again.
answer=$(call "$SERVICE/openapi/liveness/v1/h5/configureUI" --data '{"locale": "en", "titleText": "Is it you?"}')
expect SUCCESS "$answer" "user interface"

# 3. Get Token: a session, and the URL to send the person to.
answer=$(call "$SERVICE/openapi/liveness/v2/h5/token" --data '{
  "returnUrl": "https://shop.example/welcome", "failedReturnUrl": "https://shop.example/sorry", "region": "IDN",
  "userId": "customer-17", "tryCount": "3"}')
expect SUCCESS "$answer" "session"
signature_id=$(field data.signatureId <<<"$answer")
url=$(field data.url <<<"$answer")

# 4. The person opens the URL and is captured. Here a headless browser does this, with a video as the camera.
status=$(node examples/capture.mjs --url "$url" --video "$VIDEO")
echo "capture: $(field state <<<"$status")"

# 5. Get Result: the verdict and the pictures. Only this counts, never the page's own message. The code alone is no
# verdict: an attack is a SUCCESS with a low score. `passed` exists if the account has verdictFields=true; otherwise
# compare the score.
ask="{\"signatureId\": \"$signature_id\"}"
answer=$(call "$SERVICE/openapi/liveness/v4/h5/get-result" --data "$ask")
result=$(field code <<<"$answer")
score=$(field data.score <<<"$answer")
passed=$(field data.passed <<<"$answer")
if [ -z "$passed" ]; then
  passed=false
  if [ "$result" = SUCCESS ] && [ "${score:-0}" -ge 50 ]; then passed=true; fi
fi
echo "result: $result, score: ${score:-none}, verdict: $(field data.verdict <<<"$answer"), passed: $passed"
if [ "$passed" != true ]; then echo "reasons: $(field data.reasons <<<"$answer")"; fi
for picture in Far Near; do
  field "data.image$picture" <<<"$answer" | base64 --decode >"$OUT/${picture,}.jpg"
done
echo "pictures: $OUT/far.jpg, $OUT/near.jpg"

# 6. PII Data Retention: the service erases the person's data.
answer=$(call "$SERVICE/liveness/h5/ext/v1/clear-data?signatureId=$signature_id")
expect SUCCESS "$answer" "clear data"
answer=$(call "$SERVICE/openapi/liveness/v4/h5/get-result" --data "$ask")
expect RESULT_NOT_FOUND "$answer" "result afterwards"

# The exit status reports a failed check, after the data is erased.
[ "$passed" = true ] || exit 3
