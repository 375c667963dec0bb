"""Who is known, and what is answered to a request."""
