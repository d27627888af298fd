"""Figures, reports and campaigns, for every level from school to ministry."""
