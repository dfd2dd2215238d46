//! The client's process: where it ends, so does the server, whoever else holds the pipe.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

/// How often we look.
const INTERVAL: Duration = Duration::from_secs(2);

/// Tells `orphaned` when the process is gone. One that is not there from the start is of another machine, or of
/// another container, and says nothing.
pub(super) fn watch(process: u32, orphaned: Arc<Notify>) {
    let Some(process) = Process::find(process).filter(Process::is_alive) else { return };
    tokio::spawn(async move {
        while process.is_alive() {
            tokio::time::sleep(INTERVAL).await;
        }
        tracing::info!("the client's process has ended");
        orphaned.notify_one();
    });
}

/// A process that can be asked whether it is still there.
#[cfg(unix)]
struct Process {
    id: rustix::process::Pid,
    /// It stays with the process where another one takes its number, and knows of those that nobody has waited for.
    #[cfg(target_os = "linux")]
    handle: Option<std::os::fd::OwnedFd>,
}

#[cfg(unix)]
impl Process {
    fn find(id: u32) -> Option<Self> {
        let id = rustix::process::Pid::from_raw(i32::try_from(id).ok()?)?;
        Some(Self {
            id,
            #[cfg(target_os = "linux")]
            handle: rustix::process::pidfd_open(id, rustix::process::PidfdFlags::empty()).ok(),
        })
    }

    fn is_alive(&self) -> bool {
        #[cfg(target_os = "linux")]
        if let Some(handle) = &self.handle {
            return !has_ended(handle);
        }
        rustix::process::test_kill_process(self.id) != Err(rustix::io::Errno::SRCH)
    }
}

#[cfg(target_os = "linux")]
fn has_ended(handle: &std::os::fd::OwnedFd) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    poll(&mut [PollFd::new(handle, PollFlags::IN)], Some(&now)).is_ok_and(|it| it > 0)
}

/// Not known here: the end of the pipe has to do.
#[cfg(not(unix))]
struct Process;

#[cfg(not(unix))]
impl Process {
    fn find(_id: u32) -> Option<Self> {
        None
    }

    fn is_alive(&self) -> bool {
        true
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_process_that_ended_is_gone_though_nobody_waited_for_it() {
        let mut child = Command::new("sleep").arg("60").spawn().unwrap();
        let process = Process::find(child.id()).unwrap();
        assert!(process.is_alive());
        child.kill().unwrap();
        if cfg!(not(target_os = "linux")) {
            child.wait().unwrap();
        }
        for _ in 0..200 {
            if !process.is_alive() {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        assert!(!process.is_alive());
        child.wait().unwrap();
    }
}
