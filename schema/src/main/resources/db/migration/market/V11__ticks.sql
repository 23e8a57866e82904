-- Ticks as they were delivered, and what each minute of them adds up to.

-- A tick is the same tick again when everything that tells it apart is the same: symbol, time, the exchange's number, the day's volume so
-- far, price and size. That is the unique index; what wasn't delivered is 0, so that it can be part of it. No foreign key to instruments:
-- a check per row would halve the speed of a bulk load, and the one writer (io.tola.market.store.TickStore) takes known symbols only.
CREATE TABLE market.ticks (
  at         timestamptz   NOT NULL,
  sequence   bigint        NOT NULL CHECK (sequence >= 0),
  day_volume bigint        NOT NULL CHECK (day_volume >= 0),
  quantity   bigint        NOT NULL CHECK (quantity >= 0),
  symbol     varchar(32)   COLLATE "C" NOT NULL,
  price      numeric(13,4) NOT NULL CHECK (price > 0),
  bid        numeric(13,4) CHECK (bid > 0),
  ask        numeric(13,4) CHECK (ask > 0),
  CHECK (ask >= bid)
) PARTITION BY RANGE (at);
COMMENT ON TABLE market.ticks IS 'trades as delivered, by month of UTC; made ahead by ensure_tick_partitions, dropped by drop_months_before';
COMMENT ON COLUMN market.ticks.sequence IS 'the exchange''s number of the tick, 0 when none was delivered; orders ticks of the same time';
COMMENT ON COLUMN market.ticks.day_volume IS 'shares traded this day up to this tick, 0 when not delivered';
COMMENT ON COLUMN market.ticks.quantity IS 'shares of this trade, 0 when not delivered';
CREATE UNIQUE INDEX ticks_once ON market.ticks (symbol, at, sequence, day_volume, price, quantity);
COMMENT ON INDEX market.ticks_once IS
  'storing a tick once: ON CONFLICT DO NOTHING; the ticks of a symbol in order: WHERE symbol = ? AND at >= ? AND at < ? ORDER BY at';

-- One row a symbol and minute, grown by each tick that is new, in whatever order ticks come: smallest and largest, first and last, sums.
-- The bars in ohlc_data are made from these rows, so a late tick costs as much as one in time.
CREATE TABLE market.tick_minutes (
  start_at         timestamptz   NOT NULL,
  first_at         timestamptz   NOT NULL,
  first_sequence   bigint        NOT NULL,
  first_day_volume bigint        NOT NULL,
  last_at          timestamptz   NOT NULL,
  last_sequence    bigint        NOT NULL,
  last_day_volume  bigint        NOT NULL,
  traded           bigint        NOT NULL CHECK (traded >= 0),
  day_volume       bigint        NOT NULL CHECK (day_volume >= 0),
  ticks            bigint        NOT NULL CHECK (ticks > 0),
  symbol           varchar(32)   COLLATE "C" NOT NULL,
  open             numeric(13,4) NOT NULL CHECK (open BETWEEN low AND high),
  high             numeric(13,4) NOT NULL,
  low              numeric(13,4) NOT NULL CHECK (low > 0),
  close            numeric(13,4) NOT NULL CHECK (close BETWEEN low AND high),
  PRIMARY KEY (symbol, start_at),
  CHECK (first_at >= start_at AND last_at >= first_at)
) PARTITION BY RANGE (start_at);
COMMENT ON TABLE market.tick_minutes IS 'what the stored ticks of a minute add up to; lives as long as the ticks';
COMMENT ON COLUMN market.tick_minutes.traded IS 'sum of quantity';
COMMENT ON COLUMN market.tick_minutes.day_volume IS 'largest day_volume; the minute''s shares are its growth over the minutes before';
COMMENT ON INDEX market.tick_minutes_pkey IS 'growing a minute, and the minutes of a symbol''s day: WHERE symbol = ? AND start_at >= ? AND start_at < ?';

ALTER TABLE market.ohlc_data DROP CONSTRAINT ohlc_data_source_check;
ALTER TABLE market.ohlc_data ADD CONSTRAINT ohlc_data_source_check
  CHECK (source IN ('SIMULATED', 'REPLAY', 'TICKS', 'IMPORTED'));
COMMENT ON COLUMN market.ohlc_data.source IS
  'SIMULATED made up, REPLAY seen by a replaying feed, TICKS made from stored ticks, IMPORTED as somebody else made it; a later one of this list replaces an earlier one, never the other way';

-- Makes the monthly partitions (months of UTC) of ticks and their minutes; returns how many it made.
CREATE FUNCTION market.ensure_tick_partitions(from_at timestamptz, until_at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  month  date := date_trunc('month', from_at AT TIME ZONE 'UTC')::date;
  last   date := date_trunc('month', until_at AT TIME ZONE 'UTC')::date;
  parent text;
  part   text;
  made   integer := 0;
BEGIN
  IF from_at IS NULL OR until_at IS NULL OR until_at < from_at OR last > month + interval '50 years' THEN
    RAISE EXCEPTION 'not a range of months: % to %', from_at, until_at;
  END IF;
  WHILE month <= last LOOP
    FOREACH parent IN ARRAY ARRAY['ticks', 'tick_minutes'] LOOP
      part := parent || '_' || to_char(month, '"y"YYYY"m"MM');
      IF to_regclass('market.' || part) IS NULL THEN
        -- Two nodes may find the same month missing.
        PERFORM pg_advisory_xact_lock(hashtext('market.ensure_tick_partitions'));
        IF to_regclass('market.' || part) IS NULL THEN
          EXECUTE format('CREATE TABLE market.%I PARTITION OF market.%I FOR VALUES FROM (%L) TO (%L)',
            part, parent, month::text || ' 00:00:00+00', (month + interval '1 month')::date::text || ' 00:00:00+00');
          made := made + 1;
        END IF;
      END IF;
    END LOOP;
    month := (month + interval '1 month')::date;
  END LOOP;
  RETURN made;
END
$$;
REVOKE ALL ON FUNCTION market.ensure_tick_partitions(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION market.ensure_tick_partitions(timestamptz, timestamptz) TO tola_app;

-- Drops the monthly partitions that end at or before the given moment; returns their names. Gives up after two seconds of waiting for
-- readers, instead of making every later reader wait behind it; the next call goes on.
CREATE FUNCTION market.drop_months_before(parent text, before_at timestamptz) RETURNS text[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
  part    record;
  dropped text[] := '{}';
BEGIN
  IF parent NOT IN ('ticks', 'tick_minutes', 'ohlc_data') OR before_at IS NULL THEN
    RAISE EXCEPTION 'not a table kept by months: %', parent;
  END IF;
  FOR part IN
    SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = to_regclass('market.' || parent) AND c.relname ~ ('^' || parent || '_y[0-9]{4}m[0-9]{2}$')
       AND to_date(right(c.relname, 8), '"y"YYYY"m"MM') + interval '1 month' <= before_at AT TIME ZONE 'UTC'
     ORDER BY c.relname
  LOOP
    EXECUTE format('DROP TABLE market.%I', part.relname);
    dropped := dropped || part.relname::text;
  END LOOP;
  RETURN dropped;
END
$$;
REVOKE ALL ON FUNCTION market.drop_months_before(text, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION market.drop_months_before(text, timestamptz) TO tola_app;
