//! What the world says: tags, actors, sanctions lists, incidents, prices.
