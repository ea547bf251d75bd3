"""Results: pure functions of a ledger and the model that it was made from."""
