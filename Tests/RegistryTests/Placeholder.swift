// Registry tests
