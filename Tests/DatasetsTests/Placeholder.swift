// Datasets tests
