"""The four phases and the loop that runs them."""
