"""Accounts of staff: issued, activated, granted, listed."""
