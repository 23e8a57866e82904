-- Lets the application read auto_explain's plans of slow statements, and nothing else of the server's log. To be run by a superuser in the
-- platform's database, after its first migration; again after an upgrade. Needs in postgresql.conf:
--
--   shared_preload_libraries = 'pg_stat_statements,auto_explain'    -- or session_preload_libraries = 'auto_explain'
--   auto_explain.log_min_duration = '1s'
--   auto_explain.log_format = json
--   auto_explain.log_parameter_max_length = 0                       -- from PostgreSQL 16 on: else it writes the parameters' values
--   auto_explain.sample_rate = 0.1                                  -- or another share: in overload every execution is slow
--   logging_collector = on
--   log_destination = 'stderr,jsonlog'
--
-- A plan that was made for certain values has them in its conditions: those of jdbc/tola-long, which doesn't force generic plans. The
-- application shows every literal as ?; the log itself has them. And the log needs a bound: log_rotation_age, a file name such as
-- postgresql-%H.log with log_truncate_on_rotation, or logrotate.
--
-- A function instead of EXECUTE on pg_read_file: that would let the application read every file of the data folder.
CREATE OR REPLACE FUNCTION public.tola_slow_plans(max_bytes integer)
RETURNS TABLE (logged_at timestamptz, message text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  file text := pg_current_logfile('jsonlog');
  bytes integer := least(greatest(max_bytes, 0), 4194304);
  size bigint;
  chunk bytea;
  content text;
  line text;
  entry jsonb;
BEGIN
  IF file IS NULL THEN
    RAISE EXCEPTION 'there is no log as JSON' USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
  size := (pg_stat_file(file)).size;
  chunk := pg_read_binary_file(file, greatest(0, size - bytes), bytes);
  IF size > bytes THEN
    -- The first line is cut off somewhere.
    chunk := substring(chunk FROM position('\x0a'::bytea IN chunk) + 1);
  END IF;
  BEGIN
    content := convert_from(chunk, 'UTF8');
  EXCEPTION WHEN OTHERS THEN
    content := convert_from(chunk, 'LATIN1');
  END;
  FOR line IN
    SELECT l FROM regexp_split_to_table(content, E'\n') l WHERE l LIKE '%"message":"duration: %plan:%'
  LOOP
    BEGIN
      entry := line::jsonb;
    EXCEPTION WHEN OTHERS THEN
      CONTINUE; -- the last one is still being written
    END;
    IF entry->>'dbname' = current_database() AND entry->>'message' ~ '^duration: [0-9.]+ ms  plan:' THEN
      logged_at := (entry->>'timestamp')::timestamptz;
      message := entry->>'message';
      RETURN NEXT;
    END IF;
  END LOOP;
END
$function$;
REVOKE ALL ON FUNCTION public.tola_slow_plans(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.tola_slow_plans(integer) TO tola_app;
