-- NSE's trading holidays of the equity segment that fall on weekdays, from the exchange's yearly circulars as published by brokers and
-- the press. Not here: weekends, and the evening session of Diwali (its hours are announced by circular each year).
-- A year without a row is a year nobody has entered: the calendar then knows weekends only, and says so.
INSERT INTO market.calendar_days (day, kind, name, source)
SELECT day::date, 'HOLIDAY', name, 'NSE trading holidays ' || extract(year FROM day::date)
FROM (VALUES
  ('2025-02-26', 'Mahashivratri'),
  ('2025-03-14', 'Holi'),
  ('2025-03-31', 'Id-Ul-Fitr'),
  ('2025-04-10', 'Shri Mahavir Jayanti'),
  ('2025-04-14', 'Dr. Baba Saheb Ambedkar Jayanti'),
  ('2025-04-18', 'Good Friday'),
  ('2025-05-01', 'Maharashtra Day'),
  ('2025-08-15', 'Independence Day'),
  ('2025-08-27', 'Ganesh Chaturthi'),
  ('2025-10-02', 'Mahatma Gandhi Jayanti'),
  ('2025-10-21', 'Diwali Laxmi Pujan'),
  ('2025-10-22', 'Diwali Balipratipada'),
  ('2025-11-05', 'Prakash Gurpurb Sri Guru Nanak Dev'),
  ('2025-12-25', 'Christmas'),
  ('2026-01-15', 'Municipal Corporation Election, Maharashtra'),
  ('2026-01-26', 'Republic Day'),
  ('2026-03-03', 'Holi'),
  ('2026-03-26', 'Shri Ram Navami'),
  ('2026-03-31', 'Shri Mahavir Jayanti'),
  ('2026-04-03', 'Good Friday'),
  ('2026-04-14', 'Dr. Baba Saheb Ambedkar Jayanti'),
  ('2026-05-01', 'Maharashtra Day'),
  ('2026-05-28', 'Bakri Id'),
  ('2026-06-26', 'Muharram'),
  ('2026-09-14', 'Ganesh Chaturthi'),
  ('2026-10-02', 'Mahatma Gandhi Jayanti'),
  ('2026-10-20', 'Dussehra'),
  ('2026-11-10', 'Diwali Balipratipada'),
  ('2026-11-24', 'Prakash Gurpurb Sri Guru Nanak Dev'),
  ('2026-12-25', 'Christmas')
) AS holidays (day, name);
