//! Settings of the memory allocator.

/// Limits glibc's allocator to one arena per core, unless `MALLOC_ARENA_MAX` is set; its default is eight per core. Each
/// arena keeps the memory of the largest task that ran in it, and blocking tasks run in many threads: after scoring, each
/// kept 50 MB. Other allocators are unaffected.
///
/// Call it before any thread starts.
pub fn limit_arenas() {
    if std::env::var_os("MALLOC_ARENA_MAX").is_some() {
        return;
    }
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        if let Ok(arenas) = cores.try_into() {
            set_arena_max(arenas);
        }
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the option has no safe interface")]
fn set_arena_max(arenas: libc::c_int) {
    // SAFETY: takes two integers by value, and has no preconditions. If it fails, the default stays.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, arenas) };
}
