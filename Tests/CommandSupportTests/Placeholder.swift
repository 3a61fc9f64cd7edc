// CommandSupport tests
