//! The operating system's user who runs a command, for the audit log.

use nearfar_store::Actor;

/// The user database.
const USERS: &str = "/etc/passwd";

/// Who runs this command: the user of the process, and the user who called it with `sudo`. The latter is what `sudo`
/// reports in `SUDO_USER`, which the user of the process could change.
pub fn command_actor() -> Actor {
    let uid = rustix::process::getuid().as_raw();
    let users = std::fs::read_to_string(USERS).unwrap_or_default();
    let user = user_name(&users, uid).map_or_else(|| format!("uid {uid}"), str::to_owned);
    let caller = std::env::var("SUDO_USER").ok().filter(|caller| !caller.is_empty() && *caller != user);
    Actor::Command(caller.map_or(user.clone(), |caller| format!("{user}, by sudo from {caller}")))
}

/// The name of the user in a user database.
fn user_name(users: &str, uid: u32) -> Option<&str> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn users_are_found_by_their_number() {
        let users = "root:x:0:0:root:/root:/bin/sh\nbroken\nann:x:1000:1000:Ann:/home/ann:/bin/sh\n";
        assert_eq!(user_name(users, 1000), Some("ann"));
        assert_eq!(user_name(users, 0), Some("root"));
        assert_eq!(user_name(users, 5), None);
    }
}
