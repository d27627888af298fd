"""Signing in: sessions, passwords, the codes of owners, and limits on tries."""
