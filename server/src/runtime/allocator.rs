//! Settings of the memory allocator.

/// Limits how many arenas glibc's allocator has: one for each core, instead of up to eight. Each one keeps memory of the
/// largest work that ran in it, and blocking tasks run in any of many threads: scoring in all arenas after another kept
/// 50 MB in each. Other allocators are left as they are.
///
/// Called before any thread is started.
pub fn limit_arenas() {
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
