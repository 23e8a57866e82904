-- What may be traded, what it costs now, what it cost before, and when the exchange is open.

CREATE FUNCTION market.touch_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := clock_timestamp();
  RETURN NEW;
END
$$;

CREATE TABLE market.instruments (
  symbol          varchar(32)   PRIMARY KEY CHECK (symbol ~ '^[A-Z0-9&._-]([A-Z0-9&._ -]*[A-Z0-9&._-])?$'),
  isin            char(12)      NOT NULL UNIQUE CHECK (isin ~ '^[A-Z]{2}[A-Z0-9]{9}[0-9]$'),
  name            text          NOT NULL CHECK (name <> ''),
  industry        text          NOT NULL CHECK (industry <> ''),
  tick_size       numeric(10,4) NOT NULL CHECK (tick_size > 0),
  lot_size        bigint        NOT NULL CHECK (lot_size > 0),
  price_band_pct  numeric(5,2)  CHECK (price_band_pct > 0 AND price_band_pct < 100),
  freeze_quantity bigint        NOT NULL CHECK (freeze_quantity > 0),
  tradable        boolean       NOT NULL DEFAULT true,
  as_of           date          NOT NULL,
  source          text          NOT NULL,
  base_price      numeric(13,4) NOT NULL CHECK (base_price > 0 AND base_price % tick_size = 0),
  updated_at      timestamptz   NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON COLUMN market.instruments.price_band_pct IS 'per cent of the previous close; null where the exchange sets none';
COMMENT ON COLUMN market.instruments.as_of IS 'the date on which the facts of this row held together';
COMMENT ON COLUMN market.instruments.base_price IS
  'a plausible level, not a recorded price: where the simulated market starts when nothing is known yet';
CREATE TRIGGER instruments_touch BEFORE UPDATE ON market.instruments
  FOR EACH ROW EXECUTE FUNCTION market.touch_updated_at();

-- The last quote of each symbol and feed, rewritten about once a second: room on the page keeps those updates off the index.
CREATE TABLE market.market_quotes (
  symbol         varchar(32)   NOT NULL REFERENCES market.instruments,
  source         varchar(16)   NOT NULL CHECK (source IN ('SIMULATED', 'REPLAY')),
  bid            numeric(13,4) NOT NULL CHECK (bid > 0),
  bid_size       bigint        NOT NULL CHECK (bid_size >= 0),
  ask            numeric(13,4) NOT NULL CHECK (ask >= bid),
  ask_size       bigint        NOT NULL CHECK (ask_size >= 0),
  last           numeric(13,4) NOT NULL CHECK (last > 0),
  open           numeric(13,4) NOT NULL CHECK (open BETWEEN low AND high),
  high           numeric(13,4) NOT NULL,
  low            numeric(13,4) NOT NULL CHECK (low > 0),
  previous_close numeric(13,4) NOT NULL CHECK (previous_close > 0),
  volume         bigint        NOT NULL CHECK (volume >= 0),
  quoted_at      timestamptz   NOT NULL,
  received_at    timestamptz   NOT NULL,
  sequence       bigint        NOT NULL CHECK (sequence > 0),
  updated_at     timestamptz   NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (symbol, source),
  CHECK (last BETWEEN low AND high)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
COMMENT ON TABLE market.market_quotes IS 'written by the one node that drives the feed; the cache and new nodes load from here';
CREATE TRIGGER market_quotes_touch BEFORE UPDATE ON market.market_quotes
  FOR EACH ROW EXECUTE FUNCTION market.touch_updated_at();

-- What the node that drives the feed last said of it; one row.
CREATE TABLE market.feed_state (
  id          boolean     PRIMARY KEY DEFAULT true CHECK (id),
  feed        varchar(16) NOT NULL,
  phase       varchar(16) NOT NULL,
  market_time timestamptz,
  leader      text        NOT NULL,
  detail      jsonb       NOT NULL DEFAULT '{}',
  updated_at  timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);
COMMENT ON COLUMN market.feed_state.market_time IS 'how far a replay has come; null for a feed that has no tape';
CREATE TRIGGER feed_state_touch BEFORE UPDATE ON market.feed_state
  FOR EACH ROW EXECUTE FUNCTION market.touch_updated_at();

CREATE TABLE market.calendar_days (
  day    date        PRIMARY KEY,
  kind   varchar(8)  NOT NULL CHECK (kind IN ('HOLIDAY', 'SPECIAL')),
  name   text        NOT NULL CHECK (name <> ''),
  source text        NOT NULL
);
COMMENT ON TABLE market.calendar_days IS
  'HOLIDAY: a weekday without trading. SPECIAL: a Saturday or Sunday with the hours of a trading day';

CREATE TABLE market.ohlc_data (
  symbol   varchar(32)   NOT NULL REFERENCES market.instruments,
  interval varchar(3)    NOT NULL CHECK (interval IN ('1m', '1d')),
  start_at timestamptz   NOT NULL,
  open     numeric(13,4) NOT NULL CHECK (open BETWEEN low AND high),
  high     numeric(13,4) NOT NULL,
  low      numeric(13,4) NOT NULL CHECK (low > 0),
  close    numeric(13,4) NOT NULL CHECK (close BETWEEN low AND high),
  volume   bigint        NOT NULL CHECK (volume >= 0),
  source   varchar(16)   NOT NULL CHECK (source IN ('SIMULATED', 'REPLAY', 'IMPORTED')),
  PRIMARY KEY (symbol, interval, start_at)
) PARTITION BY RANGE (start_at);
COMMENT ON TABLE market.ohlc_data IS
  'one-minute and daily bars; 5m, 15m and 1h are made from the minutes. A daily bar starts at midnight in India. A recorded bar is never replaced by a simulated one';
COMMENT ON INDEX market.ohlc_data_pkey IS
  'history: WHERE symbol = ? AND interval = ? AND start_at >= ? AND start_at < ? ORDER BY start_at';

-- Makes the monthly partitions (months of UTC) that hold the instants from..until; the application's role can't create tables itself.
CREATE FUNCTION market.ensure_ohlc_partitions(from_at timestamptz, until_at timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  month date := date_trunc('month', from_at AT TIME ZONE 'UTC')::date;
  last  date := date_trunc('month', until_at AT TIME ZONE 'UTC')::date;
  part  text;
  made  integer := 0;
BEGIN
  IF from_at IS NULL OR until_at IS NULL OR until_at < from_at OR last > month + interval '50 years' THEN
    RAISE EXCEPTION 'not a range of months: % to %', from_at, until_at;
  END IF;
  WHILE month <= last LOOP
    part := 'ohlc_data_' || to_char(month, '"y"YYYY"m"MM');
    IF to_regclass('market.' || part) IS NULL THEN
      -- Two nodes may find the same month missing.
      PERFORM pg_advisory_xact_lock(hashtext('market.ensure_ohlc_partitions'));
      IF to_regclass('market.' || part) IS NULL THEN
        EXECUTE format('CREATE TABLE market.%I PARTITION OF market.ohlc_data FOR VALUES FROM (%L) TO (%L)',
          part, month::text || ' 00:00:00+00', (month + interval '1 month')::date::text || ' 00:00:00+00');
        made := made + 1;
      END IF;
    END IF;
    month := (month + interval '1 month')::date;
  END LOOP;
  RETURN made;
END
$$;
REVOKE ALL ON FUNCTION market.ensure_ohlc_partitions(timestamptz, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION market.ensure_ohlc_partitions(timestamptz, timestamptz) TO tola_app;
