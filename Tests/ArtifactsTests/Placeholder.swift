// Artifacts tests
