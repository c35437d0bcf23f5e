"""The few line drawings of the interface, ours, drawn on a 24 by 24 grid.

An icon never stands alone: text beside it says the same thing, so it is hidden from screen
readers.
"""

PATHS = {
    "lock": "M6 11h12v9H6z M8.5 11V7.5a3.5 3.5 0 0 1 7 0V11 M12 14.5v2.5",
    "unlock": "M6 11h12v9H6z M8.5 11V7.5a3.5 3.5 0 0 1 6.8-1.2 M12 14.5v2.5",
    "seal": "M12 3.5l2.4 2 3.1-.2.6 3 2.4 2-1.4 2.8.7 3-2.9 1.1-1.4 2.8-3.5-.8-3.5.8-1.4-2.8"
    "-2.9-1.1.7-3L3.5 10.3l2.4-2 .6-3 3.1.2z M12 14.6a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6z",
    "eye": "M3 12s3.3-6 9-6 9 6 9 6-3.3 6-9 6-9-6-9-6z M12 14.5a2.5 2.5 0 1 0 0-5"
    " 2.5 2.5 0 0 0 0 5z",
    "attention": "M12 4l9 16H3z M12 10v4.5 M12 17.2v.2",
    "danger": "M8.2 3.5h7.6l4.7 4.7v7.6l-4.7 4.7H8.2l-4.7-4.7V8.2z M12 8v5 M12 16v.2",
    "done": "M4.5 12.5l5 5 10-11",
    "info": "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17z M12 11v5.5 M12 7.5v.2",
    "person": "M12 11.5a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5z"
    " M4.5 20c.6-3.7 3.6-6 7.5-6s6.9 2.3 7.5 6",
    "calendar": "M4 6h16v14H4z M4 10.5h16 M8.5 3.5V8 M15.5 3.5V8",
    "document": "M6 3.5h8l4 4V20.5H6z M14 3.5v4h4 M9 12h6 M9 15.5h6",
    "arrow": "M5 12h14 M13.5 6.5L19 12l-5.5 5.5",
    "key": "M8 15.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8z M12 11.5h8.5 M17 11.5v3.5",
    "door": "M13 4H5v16h8 M10 12h10.5 M17 8.5l3.5 3.5-3.5 3.5",
    "search": "M10.5 16.5a6 6 0 1 0 0-12 6 6 0 0 0 0 12z M15 15l5 5",
    "plus": "M12 5v14 M5 12h14",
}
