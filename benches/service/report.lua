-- wrk: prints the measurement as one line of JSON. The one thread counts SUCCESS responses in `succeeded`, and sets
-- `spent` when it has run out of requests.

local threads = {}

function setup(thread)
  threads[#threads + 1] = thread
end

function done(summary, latency)
  local failed = summary.requests - threads[1]:get("succeeded")
  local errors = summary.errors
  local lost = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format(
    '\n{"seconds":%.3f,"requests":%d,"failed":%d,"lost":%d,"spent":%d,"p50_ms":%.2f,"p99_ms":%.2f}\n',
    summary.duration / 1e6, summary.requests, failed, lost, threads[1]:get("spent"),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000
  ))
end
