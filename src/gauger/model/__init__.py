"""The nouns every other folder speaks in; imports nothing else of gauger."""
