"""Whole running copies under harm: killed and stopped processes, cut connections, lost logs, restored backups."""
