"""Accounts: signing in, the own account, those of colleagues and of the levels below."""
