"""An account: whose it is stays sealed elsewhere; here is what it may do and what happened to it. A private stream."""
