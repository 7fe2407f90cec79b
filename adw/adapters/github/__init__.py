"""GitHub over its REST API: issues in; pull requests and one status comment out."""
