"""Whole running copies under harm: killed and stopped processes, cut lines, lost logs, restored backups (docs/guarantees.md)."""
