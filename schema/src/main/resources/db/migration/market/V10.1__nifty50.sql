-- The 50 shares of the NIFTY 50 index. Symbols, ISINs, names, industries: NSE's list of index constituents, as they stood on 2024-05-31
-- (Shriram Finance in, since 2024-03-28; LTIMindtree and Divi's still in).
-- Tick 0.05: NSE's cash market had one tick for all of these on that date. It is 0.01 below 250 rupees since 2024-06-10 and depends on the
-- price since 2025-04-15: an installation that trades real orders loads the exchange's daily security file instead.
-- Lot 1: cash equities. Price band 10: all 50 have derivatives, so NSE sets no fixed band but a dynamic one that starts at 10 % of the
-- previous close (NSE, "FAQs on Price Band / Operating Range Flex"); Tola doesn't model its flexing.
-- Freeze quantity: derived, not published. NSE's cash-market freeze stands only in its daily security file; here it is the number of shares
-- worth 100,000,000 rupees (ten crore, the largest single order brokers pass on) at the base price, rounded down to two digits.
-- Base price: a round, plausible level of that month; the simulated market's starting point and nothing else.
INSERT INTO market.instruments
  (symbol, isin, name, industry, tick_size, lot_size, price_band_pct, freeze_quantity, as_of, source, base_price)
SELECT symbol, isin, name, industry, 0.05, 1, 10, freeze_quantity, DATE '2024-05-31',
  'NSE index constituents; freeze quantity derived', base_price
FROM (VALUES
  ('ADANIENT', 'INE423A01024', 'Adani Enterprises Ltd.', 'Metals & Mining', 29000, 3415),
  ('ADANIPORTS', 'INE742F01042', 'Adani Ports and Special Economic Zone Ltd.', 'Services', 69000, 1437),
  ('APOLLOHOSP', 'INE437A01024', 'Apollo Hospitals Enterprise Ltd.', 'Healthcare', 17000, 5840),
  ('ASIANPAINT', 'INE021A01026', 'Asian Paints Ltd.', 'Consumer Durables', 34000, 2880),
  ('AXISBANK', 'INE238A01034', 'Axis Bank Ltd.', 'Financial Services', 86000, 1162),
  ('BAJAJ-AUTO', 'INE917I01010', 'Bajaj Auto Ltd.', 'Automobile and Auto Components', 11000, 9085),
  ('BAJAJFINSV', 'INE918I01026', 'Bajaj Finserv Ltd.', 'Financial Services', 65000, 1530),
  ('BAJFINANCE', 'INE296A01024', 'Bajaj Finance Ltd.', 'Financial Services', 14000, 6700),
  ('BHARTIARTL', 'INE397D01024', 'Bharti Airtel Ltd.', 'Telecommunication', 72000, 1373),
  ('BPCL', 'INE029A01011', 'Bharat Petroleum Corporation Ltd.', 'Oil Gas & Consumable Fuels', 150000, 627),
  ('BRITANNIA', 'INE216A01030', 'Britannia Industries Ltd.', 'Fast Moving Consumer Goods', 19000, 5180),
  ('CIPLA', 'INE059A01026', 'Cipla Ltd.', 'Healthcare', 69000, 1448),
  ('COALINDIA', 'INE522F01014', 'Coal India Ltd.', 'Oil Gas & Consumable Fuels', 200000, 491),
  ('DIVISLAB', 'INE361B01024', 'Divi''s Laboratories Ltd.', 'Healthcare', 23000, 4310),
  ('DRREDDY', 'INE089A01023', 'Dr. Reddy''s Laboratories Ltd.', 'Healthcare', 17000, 5790),
  ('EICHERMOT', 'INE066A01021', 'Eicher Motors Ltd.', 'Automobile and Auto Components', 21000, 4730),
  ('GRASIM', 'INE047A01021', 'Grasim Industries Ltd.', 'Construction Materials', 43000, 2317),
  ('HCLTECH', 'INE860A01027', 'HCL Technologies Ltd.', 'Information Technology', 75000, 1324),
  ('HDFCBANK', 'INE040A01034', 'HDFC Bank Ltd.', 'Financial Services', 65000, 1531),
  ('HDFCLIFE', 'INE795G01014', 'HDFC Life Insurance Company Ltd.', 'Financial Services', 180000, 551),
  ('HEROMOTOCO', 'INE158A01026', 'Hero MotoCorp Ltd.', 'Automobile and Auto Components', 19000, 5100),
  ('HINDALCO', 'INE038A01020', 'Hindalco Industries Ltd.', 'Metals & Mining', 140000, 690),
  ('HINDUNILVR', 'INE030A01027', 'Hindustan Unilever Ltd.', 'Fast Moving Consumer Goods', 42000, 2329),
  ('ICICIBANK', 'INE090A01021', 'ICICI Bank Ltd.', 'Financial Services', 89000, 1121),
  ('INDUSINDBK', 'INE095A01012', 'IndusInd Bank Ltd.', 'Financial Services', 68000, 1463),
  ('INFY', 'INE009A01021', 'Infosys Ltd.', 'Information Technology', 71000, 1407),
  ('ITC', 'INE154A01025', 'ITC Ltd.', 'Fast Moving Consumer Goods', 230000, 427),
  ('JSWSTEEL', 'INE019A01038', 'JSW Steel Ltd.', 'Metals & Mining', 110000, 882),
  ('KOTAKBANK', 'INE237A01028', 'Kotak Mahindra Bank Ltd.', 'Financial Services', 59000, 1680),
  ('LT', 'INE018A01030', 'Larsen & Toubro Ltd.', 'Construction', 27000, 3669),
  ('LTIM', 'INE214T01019', 'LTIMindtree Ltd.', 'Information Technology', 21000, 4690),
  ('M&M', 'INE101A01026', 'Mahindra & Mahindra Ltd.', 'Automobile and Auto Components', 39000, 2506),
  ('MARUTI', 'INE585B01010', 'Maruti Suzuki India Ltd.', 'Automobile and Auto Components', 8000, 12400),
  ('NESTLEIND', 'INE239A01024', 'Nestle India Ltd.', 'Fast Moving Consumer Goods', 42000, 2354),
  ('NTPC', 'INE733E01010', 'NTPC Ltd.', 'Power', 270000, 359),
  ('ONGC', 'INE213A01029', 'Oil & Natural Gas Corporation Ltd.', 'Oil Gas & Consumable Fuels', 370000, 264),
  ('POWERGRID', 'INE752E01010', 'Power Grid Corporation of India Ltd.', 'Power', 320000, 310),
  ('RELIANCE', 'INE002A01018', 'Reliance Industries Ltd.', 'Oil Gas & Consumable Fuels', 34000, 2861),
  ('SBILIFE', 'INE123W01016', 'SBI Life Insurance Company Ltd.', 'Financial Services', 71000, 1395),
  ('SBIN', 'INE062A01020', 'State Bank of India', 'Financial Services', 120000, 830),
  ('SHRIRAMFIN', 'INE721A01013', 'Shriram Finance Ltd.', 'Financial Services', 42000, 2353),
  ('SUNPHARMA', 'INE044A01036', 'Sun Pharmaceutical Industries Ltd.', 'Healthcare', 68000, 1460),
  ('TATACONSUM', 'INE192A01025', 'Tata Consumer Products Ltd.', 'Fast Moving Consumer Goods', 93000, 1069),
  ('TATAMOTORS', 'INE155A01022', 'Tata Motors Ltd.', 'Automobile and Auto Components', 100000, 922),
  ('TATASTEEL', 'INE081A01020', 'Tata Steel Ltd.', 'Metals & Mining', 590000, 167),
  ('TCS', 'INE467B01029', 'Tata Consultancy Services Ltd.', 'Information Technology', 27000, 3671),
  ('TECHM', 'INE669C01036', 'Tech Mahindra Ltd.', 'Information Technology', 81000, 1227),
  ('TITAN', 'INE280A01028', 'Titan Company Ltd.', 'Consumer Durables', 30000, 3243),
  ('ULTRACEMCO', 'INE481G01011', 'UltraTech Cement Ltd.', 'Construction Materials', 10000, 9915),
  ('WIPRO', 'INE075A01022', 'Wipro Ltd.', 'Information Technology', 220000, 438)
) AS nifty50 (symbol, isin, name, industry, freeze_quantity, base_price);
