-- Batches of market orders: each batch one trader's, buying and selling in turn so that cash lasts.
-- Arguments: file of tokens (one a line), a name for this run that makes every client_order_id new, orders a batch.
local symbols = { "RELIANCE", "TCS", "INFY", "HDFCBANK", "ICICIBANK", "SBIN", "ITC", "LT" }
local threads = {}

function setup(thread)
  thread:set("id", #threads)
  table.insert(threads, thread)
end

function init(args)
  tokens = {}
  for line in io.lines(args[1]) do
    tokens[#tokens + 1] = { ["Authorization"] = "Bearer " .. line, ["Content-Type"] = "application/json" }
  end
  run = args[2]
  size = tonumber(args[3])
  -- The two threads go round the traders half a round apart.
  n = id * math.floor(#tokens / 2)
  placed = 0
  other = 0
end

function request()
  n = n + 1
  local orders = {}
  for i = 1, size do
    local symbol = symbols[math.floor((i - 1) / 2) % #symbols + 1]
    local side = i % 2 == 1 and "BUY" or "SELL"
    orders[i] = '{"client_order_id":"' .. run .. '-' .. id .. '-' .. n .. '-' .. i .. '","symbol":"' .. symbol
      .. '","side":"' .. side .. '","order_type":"MARKET","quantity":10,"product":"MIS","validity":"DAY"}'
  end
  return wrk.format("POST", "/api/v1/orders/batch", tokens[n % #tokens + 1],
    '{"orders":[' .. table.concat(orders, ",") .. ']}')
end

function response(status, headers, body)
  local stored = status == 200 and tonumber(string.match(body, '"placed":(%d+)')) or 0
  placed = placed + stored
  other = other + size - stored
end

function done(summary, latency, requests)
  local e = summary.errors
  local stored = 0
  local others = 0
  for _, thread in ipairs(threads) do
    stored = stored + thread:get("placed")
    others = others + thread:get("other")
  end
  io.write(string.format(
    'RESULT {"requests":%d,"micros":%d,"p50":%d,"p90":%d,"p99":%d,"p999":%d,"max":%d,"not_2xx":%d,"failed":%d,"placed":%d,"other":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(90),
    latency:percentile(99), latency:percentile(99.9), latency.max, e.status,
    e.connect + e.read + e.write + e.timeout, stored, others))
end
