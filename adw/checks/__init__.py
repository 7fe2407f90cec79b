"""From a tool's output to a report. Pure: text in, values out."""
