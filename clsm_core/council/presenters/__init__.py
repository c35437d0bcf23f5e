"""Turn a council's rows into what its pages show: one subject a file."""
