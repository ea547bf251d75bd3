"""What every simulated world stands on: a clock, a ledger, dials and streams of chance.

Knows no YAML and no node kinds.
"""
