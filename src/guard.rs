//! Keeps a fault of conncert itself from taking a whole run down: work is done under guard, and a panic becomes its message.

use std::cell::{Cell, RefCell};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::Once;

thread_local! {
    /// Whether a panic of this thread is caught and told by whoever catches it.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

static HOOK: Once = Once::new();

/// Does something; a panic becomes its message, with the place in conncert's code, and is printed nowhere.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    HOOK.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if GUARDED.get() {
                let told = told(info);
                LAST.with(|last| last.replace(Some(told)));
            } else {
                others(info);
            }
        }));
    });
    let outer = GUARDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(outer);
    result.map_err(|_| LAST.with(RefCell::take).unwrap_or_else(|| "it stopped without a reason".to_owned()))
}

fn told(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let place = info.location().map(|place| format!(" ({}:{})", place.file().replace('\\', "/"), place.line())).unwrap_or_default();
    format!("{}{place}", text.unwrap_or("it stopped without a reason"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_told_with_its_place_and_the_thread_goes_on() {
        let told = guarded(|| -> u32 { panic!("broken at {}", 7) }).unwrap_err();
        assert!(told.starts_with("broken at 7 (src/guard.rs:"), "{told}");
        assert_eq!(guarded(|| 5), Ok(5));
    }

    #[test]
    fn guards_nest() {
        let outer = guarded(|| {
            let inner = guarded(|| panic!("inner"));
            assert!(inner.is_err());
            panic!("outer")
        });
        assert!(outer.is_err_and(|told: String| told.starts_with("outer")));
    }
}
