//! Outside data in, all of it untrusted: dumps in CSV and Parquet, price files.
