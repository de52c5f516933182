"""The nouns of riskcheck: frozen values without input, output or clock."""
