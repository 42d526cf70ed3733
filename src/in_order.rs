//! Works on many things side by side and hands the results over in order, with only a few of them waiting: a run over thousands of
//! connectors needs no more memory than a run over some.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// So many results may wait for each thread: enough to keep every core busy behind a slow connector.
const WAITING_PER_THREAD: usize = 8;
/// What waits may weigh so much for each thread, and then nothing more is begun: where every connector has thousands of findings, few wait.
const WEIGHT_PER_THREAD: usize = 5_000;

/// Does `work` on every item, on all cores, and gives each result to `take` in the order of the items, on the thread of the caller. Results
/// that `weigh` much wait in smaller numbers; the measure is findings. The first error of `take` ends it; a panic in `work` is passed on.
pub fn in_order<T: Sync, R: Send, E>(
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
    weigh: impl Fn(&R) -> usize + Sync,
    mut take: impl FnMut(&T, R) -> Result<(), E>,
) -> Result<(), E> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(items.len());
    if threads <= 1 {
        return items.iter().try_for_each(|item| take(item, work(item)));
    }
    let queue = Queue {
        state: Mutex::default(),
        changed: Condvar::new(),
        items: items.len(),
        window: threads * WAITING_PER_THREAD,
        most_weight: threads * WEIGHT_PER_THREAD,
    };
    std::thread::scope(|scope| {
        let serve = || {
            while let Some(at) = queue.next() {
                let result = catch_unwind(AssertUnwindSafe(|| work(&items[at])));
                let weight = result.as_ref().map_or(0, &weigh);
                queue.put(at, result, weight);
            }
        };
        let mut started = 0;
        for _ in 0..threads {
            // As much room as the main thread of a program has: deeply nested files are read by recursion.
            let thread = std::thread::Builder::new().stack_size(8 << 20).spawn_scoped(scope, serve);
            started += usize::from(thread.is_ok());
        }
        if started == 0 {
            return items.iter().try_for_each(|item| take(item, work(item)));
        }
        // Whatever ends this loop, the threads must not wait for it any longer.
        let _stop = Stop(&queue);
        for (at, item) in items.iter().enumerate() {
            match queue.get(at) {
                Ok(result) => take(item, result)?,
                Err(panic) => resume_unwind(panic),
            }
        }
        Ok(())
    })
}

struct Queue<R> {
    state: Mutex<State<R>>,
    changed: Condvar,
    items: usize,
    /// So many items may be begun before the first of them is taken.
    window: usize,
    /// What waits may weigh.
    most_weight: usize,
}

struct State<R> {
    begun: usize,
    taken: usize,
    /// Results with their weights.
    done: BTreeMap<usize, (std::thread::Result<R>, usize)>,
    weight: usize,
    stopped: bool,
}

impl<R> Default for State<R> {
    fn default() -> Self {
        Self { begun: 0, taken: 0, done: BTreeMap::new(), weight: 0, stopped: false }
    }
}

impl<R> Queue<R> {
    // Nothing panics while it holds the lock, so a poisoned one is as good as any.
    fn lock(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'g>(&self, guard: MutexGuard<'g, State<R>>) -> MutexGuard<'g, State<R>> {
        self.changed.wait(guard).unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the next item to work on, once it is time for it.
    fn next(&self) -> Option<usize> {
        let mut state = self.lock();
        // What is to be taken next has always been begun, so that waiting comes to an end.
        let is_full =
            |state: &State<R>| state.begun >= state.taken + self.window || (state.weight >= self.most_weight && state.begun > state.taken);
        while !state.stopped && state.begun < self.items && is_full(&state) {
            state = self.wait(state);
        }
        if state.stopped || state.begun >= self.items {
            return None;
        }
        state.begun += 1;
        Some(state.begun - 1)
    }

    fn put(&self, at: usize, result: std::thread::Result<R>, weight: usize) {
        let mut state = self.lock();
        state.done.insert(at, (result, weight));
        state.weight += weight;
        drop(state);
        self.changed.notify_all();
    }

    fn get(&self, at: usize) -> std::thread::Result<R> {
        let mut state = self.lock();
        loop {
            if let Some((result, weight)) = state.done.remove(&at) {
                state.taken = at + 1;
                state.weight -= weight;
                drop(state);
                self.changed.notify_all();
                return result;
            }
            state = self.wait(state);
        }
    }
}

/// Tells the threads to stop when it goes out of scope.
struct Stop<'q, R>(&'q Queue<R>);

impl<R> Drop for Stop<'_, R> {
    fn drop(&mut self) {
        self.0.lock().stopped = true;
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn results_come_in_order_whatever_each_takes() {
        let items: Vec<u64> = (0..200).collect();
        let mut taken = Vec::new();
        let work = |item: &u64| {
            std::thread::sleep(std::time::Duration::from_micros(item * 7_919 % 500));
            item * 2
        };
        let ended: Result<(), ()> = in_order(
            &items,
            work,
            |_| 0,
            |item, result| {
                taken.push((*item, result));
                Ok(())
            },
        );
        assert_eq!(ended, Ok(()));
        assert!(taken.iter().enumerate().all(|(at, (item, result))| *item == at as u64 && *result == item * 2));
        assert_eq!(taken.len(), 200);
    }

    #[test]
    fn only_a_few_results_wait() {
        let (begun, mut taken) = (AtomicUsize::new(0), 0);
        let items = [(); 500];
        let limit = std::thread::available_parallelism().map_or(1, usize::from) * WAITING_PER_THREAD;
        let mut most = 0;
        let ended: Result<(), ()> = in_order(
            &items,
            |()| begun.fetch_add(1, Ordering::SeqCst),
            |_| 0,
            |(), _| {
                most = most.max(begun.load(Ordering::SeqCst) - taken);
                taken += 1;
                Ok(())
            },
        );
        assert_eq!((ended, taken), (Ok(()), 500));
        assert!(most <= limit + 1, "{most}");
    }

    #[test]
    fn of_heavy_results_fewer_wait_and_all_are_taken() {
        let (begun, mut taken) = (AtomicUsize::new(0), 0);
        let items = [(); 300];
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut most = 0;
        let ended: Result<(), ()> = in_order(
            &items,
            |()| begun.fetch_add(1, Ordering::SeqCst),
            |_| 10 * WEIGHT_PER_THREAD,
            |(), _| {
                std::thread::sleep(std::time::Duration::from_micros(100));
                most = most.max(begun.load(Ordering::SeqCst) - taken);
                taken += 1;
                Ok(())
            },
        );
        assert_eq!((ended, taken), (Ok(()), 300));
        // One that is taken, and one that each thread has begun before the weight of the others was known.
        assert!(most <= 2 * threads + 1, "{most}");
    }

    #[test]
    fn an_error_ends_it() {
        let begun = AtomicUsize::new(0);
        let items: Vec<usize> = (0..10_000).collect();
        let ended =
            in_order(&items, |_| begun.fetch_add(1, Ordering::SeqCst), |_| 0, |item, _| if *item == 5 { Err("enough") } else { Ok(()) });
        assert_eq!(ended, Err("enough"));
        assert!(begun.load(Ordering::SeqCst) < 1_000);
    }

    #[test]
    fn a_panic_is_passed_on() {
        let items: Vec<usize> = (0..50).collect();
        let run = || in_order(&items, |item| assert_ne!(*item, 20), |()| 0, |_, ()| Ok::<(), ()>(()));
        assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
    }
}
