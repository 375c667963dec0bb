"""Whether an account that signs up is tied to a known network, or to accounts closed before."""
