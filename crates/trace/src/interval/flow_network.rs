//! Maximum flow by Dinic's algorithm (E. A. Dinic, 1970), on 128-bit capacities.

/// A network of numbered nodes and directed edges.
#[derive(Clone, Debug, Default)]
pub(crate) struct FlowNetwork {
    edges: Vec<Edge>,
    /// Edge numbers by the node that they leave; a residual edge has the number of its edge plus 1.
    out: Vec<Vec<usize>>,
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    to: usize,
    capacity: u128,
}

/// More than any amount of any asset.
pub(crate) const UNBOUNDED: u128 = u128::MAX / 4;

impl FlowNetwork {
    pub(crate) fn add_node(&mut self) -> usize {
        self.out.push(Vec::new());
        self.out.len() - 1
    }

    pub(crate) fn add_edge(&mut self, from: usize, to: usize, capacity: u128) {
        self.out[from].push(self.edges.len());
        self.edges.push(Edge { to, capacity: capacity.min(UNBOUNDED) });
        self.out[to].push(self.edges.len());
        self.edges.push(Edge { to: from, capacity: 0 });
    }

    /// The maximum flow from `source` to `sink`; uses up the network's capacities.
    pub(crate) fn max_flow(&mut self, source: usize, sink: usize) -> u128 {
        let mut flow: u128 = 0;
        while let Some(level) = self.levels(source, sink) {
            let mut next = vec![0; self.out.len()];
            while let Some(pushed) = self.augment(source, sink, &level, &mut next) {
                flow = flow.saturating_add(pushed);
            }
        }
        flow
    }

    /// Distance from the source in the residual network; `None` where the sink is out of reach.
    fn levels(&self, source: usize, sink: usize) -> Option<Vec<usize>> {
        let mut level = vec![usize::MAX; self.out.len()];
        level[source] = 0;
        let mut frontier = std::collections::VecDeque::from([source]);
        while let Some(node) = frontier.pop_front() {
            for edge in self.out[node].iter().map(|edge| self.edges[*edge]) {
                if edge.capacity > 0 && level[edge.to] == usize::MAX {
                    level[edge.to] = level[node] + 1;
                    frontier.push_back(edge.to);
                }
            }
        }
        (level[sink] != usize::MAX).then_some(level)
    }

    /// Pushes along one shortest path. Iterative, since paths are as long as laundering chains.
    fn augment(
        &mut self,
        source: usize,
        sink: usize,
        level: &[usize],
        next: &mut [usize],
    ) -> Option<u128> {
        let mut path: Vec<usize> = Vec::new();
        let mut node = source;
        while node != sink {
            let step = self.out[node][next[node]..].iter().position(|edge| {
                let edge = self.edges[*edge];
                edge.capacity > 0 && level[edge.to] == level[node] + 1
            });
            match step {
                Some(offset) => {
                    next[node] += offset;
                    let edge = self.out[node][next[node]];
                    path.push(edge);
                    node = self.edges[edge].to;
                }
                // A dead end: its last edge is not tried again in this phase.
                None => {
                    next[node] = self.out[node].len();
                    let edge = path.pop()?;
                    node = self.edges[edge ^ 1].to;
                    next[node] += 1;
                }
            }
        }
        let pushed = path.iter().map(|edge| self.edges[*edge].capacity).min()?;
        for edge in path {
            self.edges[edge].capacity -= pushed;
            self.edges[edge ^ 1].capacity += pushed;
        }
        Some(pushed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classic_example_with_a_cross_edge() {
        let mut network = FlowNetwork::default();
        let [s, a, b, t] = [0; 4].map(|_| network.add_node());
        for (from, to, capacity) in [(s, a, 10), (s, b, 10), (a, b, 5), (a, t, 4), (b, t, 12)] {
            network.add_edge(from, to, capacity);
        }
        assert_eq!(network.max_flow(s, t), 16);
    }

    #[test]
    fn nothing_flows_where_there_is_no_way() {
        let mut network = FlowNetwork::default();
        let [s, a, t] = [0; 3].map(|_| network.add_node());
        network.add_edge(s, a, 3);
        assert_eq!(network.max_flow(s, t), 0);
    }
}
