"""Records of access, for auditors and guardians."""
