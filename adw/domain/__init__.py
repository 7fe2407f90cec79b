"""The values that everything else speaks in: frozen, typed, without behaviour beyond their own arithmetic."""
