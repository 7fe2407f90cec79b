"""What is laid beside a check and loaded by the tool that it runs: nothing here is imported by ADW itself."""
