"""The audit trail: who did what, in one chain per unit and service to which entries are only ever added."""
