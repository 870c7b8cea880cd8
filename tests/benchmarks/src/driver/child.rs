//! A program that runs until its standard input ends, and answers in lines.

use std::{
    io::{BufRead, BufReader, Lines, Write},
    os::unix::process::CommandExt,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use crate::Outcome;

/// Ends when it is dropped, and when this process ends, however that comes.
pub(crate) struct Running {
    child: Child,
    input: Option<ChildStdin>,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    pub(crate) fn start(command: &mut Command) -> Outcome<Self> {
        let program = command.get_program().to_string_lossy().into_owned();
        // In a group of its own: an interrupt at the terminal reaches this process alone, and each
        // child puts away what it has made when its input ends.
        let mut child = command
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{program}: {error}"))?;
        let output = child.stdout.take().ok_or("no output")?;
        Ok(Self {
            input: child.stdin.take(),
            lines: BufReader::new(output).lines(),
            child,
        })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn line(&mut self) -> Outcome<String> {
        match self.lines.next() {
            Some(line) => Ok(line?),
            None => Err(format!("it has ended: {}", self.child.wait()?).into()),
        }
    }

    pub(crate) fn ask(&mut self, line: &str) -> Outcome<String> {
        let input = self.input.as_mut().ok_or("no input")?;
        writeln!(input, "{line}")?;
        input.flush()?;
        self.line()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.input.take());
        // It may have ended before, which is what it is told to do.
        let _ = self.child.wait();
    }
}
