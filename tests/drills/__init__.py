"""The long drills: each module holds one at any size, run short by the suites and long here."""
