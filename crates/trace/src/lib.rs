//! Follows value: taint policies, stops, the balance sheet.
