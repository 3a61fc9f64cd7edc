// Plots tests
