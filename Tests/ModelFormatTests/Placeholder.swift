// ModelFormat tests
