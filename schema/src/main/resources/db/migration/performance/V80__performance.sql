-- What was found out about speed and should outlive a node: figures that are only looked at stay in its memory.
CREATE SCHEMA IF NOT EXISTS performance;
ALTER DEFAULT PRIVILEGES IN SCHEMA performance GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO tola_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA performance GRANT USAGE, SELECT ON SEQUENCES TO tola_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA performance GRANT SELECT ON TABLES TO tola_read;
