"""The council's bodies, their meetings and decisions; knows no person's situation (D-10)."""
