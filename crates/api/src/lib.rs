//! The boundary: plain questions and answers. Today only `query`.
