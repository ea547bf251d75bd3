"""The report: one page with the verdict and all that is behind it, in one file that opens anywhere, offline."""
