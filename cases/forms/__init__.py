"""What people type, checked and put into plain values; no form reads or writes a situation."""
