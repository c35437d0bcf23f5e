"""The council's directory: organisations, contacts, partnerships; knows no person's situation."""
