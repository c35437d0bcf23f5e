"""What the pages, papers and files of the roadmap show."""
