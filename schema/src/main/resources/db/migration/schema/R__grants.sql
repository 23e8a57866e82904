-- Who may enter which schema. Table rights come from the default privileges of V1 and from each module's own migrations; this file
-- must not grant on tables, because it runs last and would hand back what a module took away.
GRANT USAGE ON SCHEMA market, trading, portfolio, risk, strategy, audit, gateway, performance TO tola_app;
-- tola_read serves reports and diagnosis. It doesn't enter the gateway schema: password hashes live there.
GRANT USAGE ON SCHEMA market, trading, portfolio, risk, strategy, audit, performance TO tola_read;
