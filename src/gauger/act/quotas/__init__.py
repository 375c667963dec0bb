"""One operator, one quota: what all accounts of a network may use together."""
