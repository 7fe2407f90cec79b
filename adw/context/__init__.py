"""What is sent to the model, and why. Pure: no I/O, no clock, no settings."""
