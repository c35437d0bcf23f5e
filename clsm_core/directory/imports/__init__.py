"""Files brought to the directory: read, understood column by column, compared, never trusted."""
