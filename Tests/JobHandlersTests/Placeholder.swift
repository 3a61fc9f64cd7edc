// JobHandlers tests
