//! The page of devices, as a stranger meets it: started, and its `curl` lines run as they are
//! printed, with the sessions in memory and in a file.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod program;

use program::{Program, has_curl};

fn devices(name: &str, arguments: &[&str]) -> Program {
    let name = format!("devices-{name}");
    Program::start(env!("CARGO_BIN_EXE_devices"), &name, arguments)
}

fn the_lines_do_what_they_say(devices: &Program) {
    let answers = devices.run();
    let [phone, laptop, list, others, after] = <[String; 5]>::try_from(answers).unwrap();
    assert!(
        [&phone, &laptop, &others]
            .iter()
            .all(|answer| answer.is_empty())
    );
    assert_eq!(list.matches("<li>").count(), 2, "{list}");
    assert!(
        list.contains("<strong>laptop</strong> (this one)"),
        "{list}"
    );
    assert!(after.contains("You were signed out here."), "{after}");
}

#[test]
fn o07_the_printed_lines_do_what_they_say() {
    if has_curl() {
        the_lines_do_what_they_say(&devices("memory", &[]));
    }
}

#[test]
fn o07_sessions_in_a_file_survive_a_restart() {
    if !has_curl() {
        return;
    }
    let file = std::env::temp_dir().join(format!("devices-{}.db", std::process::id()));
    let arguments = ["--store", "sqlite", "--url", file.to_str().unwrap()];
    let first = devices("first", &arguments);
    the_lines_do_what_they_say(&first);
    let jar = std::fs::read_to_string(first.folder.join("laptop")).unwrap();
    drop(first);
    let second = devices("second", &arguments);
    std::fs::write(second.folder.join("laptop"), jar).unwrap();
    let page = second.shell(&format!("curl -s -b laptop {}/", second.address()));
    assert!(page.contains("Signed in as <strong>ada</strong>"), "{page}");
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", file.display())); // not each is left
    }
}
