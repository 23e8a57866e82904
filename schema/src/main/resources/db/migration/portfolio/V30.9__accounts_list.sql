-- The list of accounts reads by name, page by page: the unique index on the name serves it as it is.
COMMENT ON INDEX portfolio.accounts_name_unique IS 'Opening an account twice finds the first one: WHERE name = ANY (?). The list of accounts: WHERE name > ? ORDER BY name LIMIT ?';
