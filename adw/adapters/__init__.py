"""One outside thing per file; none knows another."""
