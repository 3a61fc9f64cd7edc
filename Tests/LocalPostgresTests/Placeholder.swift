// LocalPostgres tests
