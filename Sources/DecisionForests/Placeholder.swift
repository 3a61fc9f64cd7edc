// DecisionForests
