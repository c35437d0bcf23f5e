"""Writing of the directory: one subject a file, verbs in the imperative."""
