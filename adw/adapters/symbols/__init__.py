"""What files define and use, read by tree-sitter and remembered."""
