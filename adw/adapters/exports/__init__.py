"""What was spent, in the formats of other programs."""
