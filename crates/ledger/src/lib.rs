//! Facts stored once in chain order, read at memory speed.
