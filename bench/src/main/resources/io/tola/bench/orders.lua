-- Market orders of 50 traders in eight symbols, buying and selling in turn so that cash lasts.
-- Arguments: file of tokens (one a line), a name for this run that makes every client_order_id new.
local symbols = { "RELIANCE", "TCS", "INFY", "HDFCBANK", "ICICIBANK", "SBIN", "ITC", "LT" }
local threads = 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

function init(args)
  tokens = {}
  for line in io.lines(args[1]) do
    tokens[#tokens + 1] = { ["Authorization"] = "Bearer " .. line, ["Content-Type"] = "application/json" }
  end
  run = args[2]
  n = 0
end

function request()
  n = n + 1
  local trader = n % #tokens + 1
  local round = math.floor(n / #tokens)
  local symbol = symbols[math.floor(round / 2) % #symbols + 1]
  local side = round % 2 == 0 and "BUY" or "SELL"
  local body = '{"client_order_id":"' .. run .. '-' .. id .. '-' .. n .. '","symbol":"' .. symbol
    .. '","side":"' .. side .. '","order_type":"MARKET","quantity":10,"product":"MIS","validity":"DAY"}'
  return wrk.format("POST", "/api/v1/orders/place", tokens[trader], body)
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    'RESULT {"requests":%d,"micros":%d,"p50":%d,"p90":%d,"p99":%d,"p999":%d,"max":%d,"not_2xx":%d,"failed":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(90),
    latency:percentile(99), latency:percentile(99.9), latency.max, e.status,
    e.connect + e.read + e.write + e.timeout))
end
