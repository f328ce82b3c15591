//! Runs that are independent, side by side.

use std::{sync::atomic::AtomicUsize, sync::atomic::Ordering, thread};

use crate::TraceError;

/// Applies a function to each item on up to `threads` threads; results in the order of the items.
pub(crate) fn in_parallel<T: Copy + Sync, R: Send>(
    items: &[T],
    threads: usize,
    one: impl Fn(T) -> Result<R, TraceError> + Sync,
) -> Result<Vec<R>, TraceError> {
    let next = AtomicUsize::new(0);
    let mut results: Vec<(usize, Result<R, TraceError>)> = thread::scope(|scope| {
        let worker = || {
            let mut done = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(item) = items.get(at) else { return done };
                done.push((at, one(*item)));
            }
        };
        let workers: Vec<_> = (0..threads.min(items.len())).map(|_| scope.spawn(worker)).collect();
        let join = |worker: thread::ScopedJoinHandle<'_, Vec<_>>| {
            worker.join().expect("a panic in a worker is a panic of the trace")
        };
        workers.into_iter().flat_map(join).collect()
    });
    results.sort_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}
