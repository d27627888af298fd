"""Families: children, photos of forms, the registry's data, misused codes."""
