"""From findings to answers: what protects a provider while the traffic runs."""
