// DecisionForests tests
