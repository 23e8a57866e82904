-- Quotes of many symbols in one request, tokens of 50 traders.
-- Arguments: file of tokens (one a line), the symbols with commas between them.
function init(args)
  local quoted = {}
  for symbol in string.gmatch(args[2], "[^,]+") do
    quoted[#quoted + 1] = '"' .. symbol .. '"'
  end
  local body = '{"symbols":[' .. table.concat(quoted, ",") .. ']}'
  prepared = {}
  for line in io.lines(args[1]) do
    prepared[#prepared + 1] = wrk.format("POST", "/api/v1/market/quotes",
      { ["Authorization"] = "Bearer " .. line, ["Content-Type"] = "application/json" }, body)
  end
  n = 0
end

function request()
  n = n + 1
  return prepared[n % #prepared + 1]
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"micros":%d,"p50":%d,"p90":%d,"p99":%d,"p999":%d,"max":%d,"not_2xx":%d,"failed":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(90),
    latency:percentile(99), latency:percentile(99.9), latency.max, e.status,
    e.connect + e.read + e.write + e.timeout))
end
