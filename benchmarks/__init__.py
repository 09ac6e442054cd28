"""Benchmarks: bgconsole's figures beside their references, measured from the outside in one run."""
