"""Writing of a council: one subject a file; every change goes through save() into the history."""
