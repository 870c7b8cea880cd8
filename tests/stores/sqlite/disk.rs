//! A disk of a test's own, which can be full and read-only.

use std::{
    path::PathBuf,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use super::Folder;

const DEADLINE: Duration = Duration::from_secs(60);

/// A file system in memory, mounted in a folder.
pub(super) struct Disk {
    folder: Folder,
}

impl Disk {
    /// `None`: this program may not mount, which has been said.
    pub(super) fn of_bytes(size: u32) -> Option<Self> {
        let disk = Self {
            folder: Folder::new(),
        };
        if disk.mount(&format!("size={size}")) {
            return Some(disk);
        }
        let test = thread::current().name().unwrap_or("a test").to_owned();
        eprintln!("left out: {test}: only root can mount a disk");
        None
    }

    pub(super) fn set_size(&self, size: u32) {
        assert!(self.mount(&format!("remount,size={size}")));
    }

    pub(super) fn set_writable(&self, writable: bool) {
        let how = if writable { "remount,rw" } else { "remount,ro" };
        // Threads of a store that was dropped may be about to close their files.
        let start = Instant::now();
        while !self.mount(how) {
            assert!(start.elapsed() < DEADLINE, "{how}");
        }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.0.join(name)
    }

    fn mount(&self, options: &str) -> bool {
        let mut mount = Command::new("mount");
        let mount = mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]);
        mount
            .arg(&self.folder.0)
            .output()
            .is_ok_and(|output| output.status.success())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily, for the same reason.
        let _ = Command::new("umount")
            .arg("-l")
            .arg(&self.folder.0)
            .output();
    }
}
