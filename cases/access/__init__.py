"""The one door to confidential objects: load, authorise, record the showing, hand plain values."""
