//! Scripted thefts with known truth: the demo and the tests use them.
