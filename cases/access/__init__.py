"""The one door to confidential objects: load, authorise, record the showing, return plain values."""
