// Replaced by the tests of the store.
