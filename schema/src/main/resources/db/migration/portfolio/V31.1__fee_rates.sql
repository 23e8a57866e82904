-- What trading NSE's cash market costs, by date. A charge is its rate times the trade's value; the rate that holds is the newest whose
-- valid_from isn't after the trade's date in India; before the first, nothing is charged. Every fact names its source; what was read for
-- them and how a real contract note agrees stands in site/reference/charges.md.
CREATE TABLE portfolio.fee_rates (
  component     text COLLATE "C" NOT NULL,
  segment       text COLLATE "C" NOT NULL,
  side          text COLLATE "C" NOT NULL,
  valid_from    date NOT NULL,
  -- Of the trade's value; for GST of brokerage, exchange fee and SEBI fee together.
  rate          numeric(14, 10) NOT NULL,
  -- The most of it for one order, in rupees; null when there is no such bound.
  cap_per_order numeric(12, 4),
  source        text NOT NULL,
  CONSTRAINT fee_rates_pkey PRIMARY KEY (component, segment, side, valid_from),
  CONSTRAINT fee_rates_component_known CHECK (component IN ('BROKERAGE', 'STT', 'EXCHANGE', 'IPFT', 'SEBI', 'STAMP', 'GST')),
  CONSTRAINT fee_rates_segment_known CHECK (segment IN ('DELIVERY', 'INTRADAY')),
  CONSTRAINT fee_rates_side_known CHECK (side IN ('BUY', 'SELL')),
  CONSTRAINT fee_rates_rate_is_a_share CHECK (rate >= 0 AND rate < 1),
  -- Only brokerage is agreed by order.
  CONSTRAINT fee_rates_cap_of_brokerage CHECK (cap_per_order IS NULL OR (component = 'BROKERAGE' AND cap_per_order >= 0)),
  CONSTRAINT fee_rates_sourced CHECK (source <> '')
);
COMMENT ON TABLE portfolio.fee_rates IS 'Rates of fees and taxes by date; changed by an administrator''s SQL, for days to come. Read whole before trades are reckoned.';
COMMENT ON INDEX portfolio.fee_rates_pkey IS 'One rate a component, segment, side and date';
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON portfolio.fee_rates FROM tola_app;

INSERT INTO portfolio.fee_rates (component, segment, side, valid_from, rate, cap_per_order, source)
SELECT f.component, g.segment, h.side, f.valid_from::date, f.rate, f.cap, f.source
  FROM (VALUES
    -- The platform's own plan, what India's discount brokers take; an installation puts in its own.
    ('BROKERAGE', 'DELIVERY', NULL, '2000-01-01', 0,       NULL, 'own plan: delivery is free'),
    ('BROKERAGE', 'INTRADAY', NULL, '2000-01-01', 0.0003,  20,   'own plan: 0.03 % of the value, at most 20 rupees an order'),
    ('STT', 'DELIVERY', NULL,   '2004-10-01', 0.00075,     NULL, 'Finance (No. 2) Act 2004, section 98: 0.075 % from buyer and seller'),
    ('STT', 'DELIVERY', NULL,   '2005-06-01', 0.001,       NULL, 'Finance Act 2005: 0.1 %'),
    ('STT', 'DELIVERY', NULL,   '2006-06-01', 0.00125,     NULL, 'Finance Act 2006: 0.125 %'),
    ('STT', 'DELIVERY', NULL,   '2012-07-01', 0.001,       NULL, 'Finance Act 2012 (23 of 2012): 0.1 % from buyer and seller'),
    ('STT', 'INTRADAY', 'SELL', '2004-10-01', 0.00015,     NULL, 'Finance (No. 2) Act 2004, section 98: 0.015 % from the seller, settled without delivery'),
    ('STT', 'INTRADAY', 'SELL', '2005-06-01', 0.0002,      NULL, 'Finance Act 2005: 0.02 %'),
    ('STT', 'INTRADAY', 'SELL', '2006-06-01', 0.00025,     NULL, 'Finance Act 2006: 0.025 %'),
    ('EXCHANGE', NULL, NULL,    '2021-01-01', 0.0000345,   NULL, 'NSE: 345 rupees a crore each side from 1 January 2021 (the raise of 6 %)'),
    ('EXCHANGE', NULL, NULL,    '2023-04-01', 0.0000325,   NULL, 'NSE, 24 March 2023: the raise of 2021 is rolled back'),
    ('EXCHANGE', NULL, NULL,    '2024-04-01', 0.0000322,   NULL, 'NSE board, 11 March 2024: 1 % lower; 3.22 rupees a lakh'),
    ('EXCHANGE', NULL, NULL,    '2024-10-01', 0.0000297,   NULL, 'NSE, 27 September 2024: 2.97 rupees a lakh each side, after SEBI''s circular of 1 July 2024 on uniform charges'),
    ('IPFT', NULL, NULL,        '2021-01-01', 0.000000001, NULL, 'NSE investor protection fund trust: 0.01 rupees a crore'),
    ('IPFT', NULL, NULL,        '2023-04-01', 0.000001,    NULL, 'NSE, 24 March 2023: 10 rupees a crore'),
    ('SEBI', NULL, NULL,        '2019-04-01', 0.000001,    NULL, 'SEBI/L.A.D.-N.R.O./G.N./2019/03 of 22 March 2019: 0.0001 %, 10 rupees a crore'),
    ('SEBI', NULL, NULL,        '2020-06-01', 0.0000005,   NULL, 'SEBI, 27 April 2020: half from June 2020 to March 2021'),
    ('SEBI', NULL, NULL,        '2021-04-01', 0.000001,    NULL, 'the relief of 2020 has ended: 10 rupees a crore'),
    ('STAMP', 'DELIVERY', 'BUY', '2020-07-01', 0.00015,    NULL, 'Indian Stamp Act 1899, schedule I article 56A, by Finance Act 2019: 0.015 % from the buyer'),
    ('STAMP', 'INTRADAY', 'BUY', '2020-07-01', 0.00003,    NULL, 'the same, transfer without delivery: 0.003 % from the buyer'),
    ('GST', NULL, NULL,         '2017-07-01', 0.18,        NULL, 'CGST and IGST Acts 2017: 18 % on brokerage, exchange fee and SEBI fee')
  ) AS f (component, segment, side, valid_from, rate, cap, source)
  JOIN (VALUES ('DELIVERY'), ('INTRADAY')) AS g (segment) ON f.segment IS NULL OR f.segment = g.segment
  JOIN (VALUES ('BUY'), ('SELL')) AS h (side) ON f.side IS NULL OR f.side = h.side;
