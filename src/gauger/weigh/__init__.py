"""Networks to claims: layers, evidence, purpose."""
