"""Bulletins: what the platform's stewards say to everybody, as a newsletter or at the top of the next digest."""
