//! Threads that do one piece of work after another and survive its panics.

use std::thread;

use crossbeam_channel::Sender;

use crate::guard::guarded;

/// A piece of work and what to say when it fails.
pub struct Job<E> {
    /// The work.
    pub run: Box<dyn FnOnce() -> E + Send>,
    /// Makes the answer out of the reason when the work has panicked.
    pub failed: Box<dyn FnOnce(String) -> E + Send>,
}

/// A thread with its queue.
pub struct Worker<E> {
    jobs: Sender<Job<E>>,
}

impl<E: Send + 'static> Worker<E> {
    /// Starts a thread that sends the result of every job. `None` when the system gives no thread.
    pub fn start(name: &str, results: Sender<E>) -> Option<Self> {
        let (jobs, queue) = crossbeam_channel::unbounded::<Job<E>>();
        let work = move || {
            for Job { run, failed } in queue {
                let result = guarded(run).unwrap_or_else(failed);
                if results.send(result).is_err() {
                    break;
                }
            }
        };
        // Deeply nested files are read by recursion; the main thread of a program has as much room.
        thread::Builder::new().name(name.to_owned()).stack_size(8 << 20).spawn(work).ok()?;
        Some(Self { jobs })
    }

    /// Adds a job to the queue.
    pub fn add(&self, job: Job<E>) {
        // The thread ends only after the server.
        let _ = self.jobs.send(job);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_and_the_next_job_is_done() {
        let (sender, results) = crossbeam_channel::unbounded();
        let worker = Worker::start("test", sender).unwrap();
        let failed = || -> Box<dyn FnOnce(String) -> Result<u8, String> + Send> { Box::new(Err) };
        worker.add(Job { run: Box::new(|| panic!("no {}", "way")), failed: failed() });
        worker.add(Job { run: Box::new(|| Ok(7)), failed: failed() });
        assert!(results.recv().unwrap().unwrap_err().starts_with("no way (src/lsp/worker.rs:"));
        assert_eq!(results.recv().unwrap(), Ok(7));
    }
}
