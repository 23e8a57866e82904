-- Quotes by symbol, eight symbols, tokens of 50 traders.
local symbols = { "RELIANCE", "TCS", "INFY", "HDFCBANK", "ICICIBANK", "SBIN", "ITC", "LT" }

function init(args)
  prepared = {}
  for line in io.lines(args[1]) do
    for _, symbol in ipairs(symbols) do
      prepared[#prepared + 1] =
        wrk.format("GET", "/api/v1/market/quote/" .. symbol, { ["Authorization"] = "Bearer " .. line })
    end
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
