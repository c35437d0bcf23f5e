"""Pages of accounts that the account library does not have."""
