"""The council's roadmap: axes and action sheets; knows no person's situation."""
