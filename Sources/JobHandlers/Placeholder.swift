// JobHandlers
