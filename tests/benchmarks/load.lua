-- Load by wrk: wrk … URL -- FILE
--
-- Each line of FILE is a Cookie header. Requests take them in turn, so that every client has a session
-- of its own. Prints what happened as JSON.

local requests = {}
local next_request = 0

function init(args)
  for line in io.lines(args[1]) do
    local headers = {}
    if line ~= "" then
      headers["Cookie"] = line
    end
    requests[#requests + 1] = wrk.format("GET", wrk.path, headers)
  end
end

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%f,"failed":%d,"p50":%f,"p99":%f}\n',
    summary.requests,
    summary.duration / 1e6,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50),
    latency:percentile(99)
  ))
end
