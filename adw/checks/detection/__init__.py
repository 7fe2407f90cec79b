"""What the files of a repository say of its checks, language by language."""
