\set account random(1, 50)
\set symbol random(1, 8)
\startpipeline
BEGIN;
UPDATE reference_accounts SET cash = cash - 28314.00, sequence = sequence + 2 WHERE account = :account;
INSERT INTO reference_orders VALUES (gen_random_uuid(), '0193a5b0-0000-7000-8000-000000000001', gen_random_uuid()::text, 'RELIANCE', 'BUY', 'MARKET', 10, NULL, 'MIS', 'DAY', 'FILLED', 10, 28314.00, now(), now());
INSERT INTO reference_executions VALUES (gen_random_uuid(), gen_random_uuid(), :account, 'NEW', 0, NULL, now()), (gen_random_uuid(), gen_random_uuid(), :account, 'TRADE', 10, 2831.40, now());
UPDATE reference_positions SET quantity = quantity + 10, cost = cost + 28314.00 WHERE account = :account AND symbol = :symbol;
INSERT INTO reference_lots VALUES (gen_random_uuid(), :account, 10, 2831.40);
INSERT INTO reference_audit VALUES (gen_random_uuid(), now(), 'trader1', repeat('detail of an order ', 25), sha256('an order'));
INSERT INTO reference_outbox (payload) VALUES (repeat('a report of an order ', 50));
COMMIT;
\endpipeline
