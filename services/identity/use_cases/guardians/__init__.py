"""Guardians: registration, bindings to children, consent, misused codes."""
