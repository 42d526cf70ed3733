//! Messages on the wire: framing with limits, so that no editor and no stray text on standard input can exhaust memory or hang the server.

use std::io::{self, BufRead, Read, Write};
use std::thread;

use crossbeam_channel::{Receiver, Sender};
use lsp_server::{Connection, Message};

use crate::words;

/// Longer messages are refused: a file may have 32 MB, and escapes make it longer.
const MAX_MESSAGE_BYTES: u64 = 256 << 20;
/// Longer header lines are no header lines.
const MAX_HEADER_BYTES: u64 = 4 << 10;
/// More header lines before one message are rubbish.
const MAX_HEADERS: usize = 32;

/// The far ends of a server's channels.
pub struct Wire {
    incoming: Sender<Message>,
    outgoing: Receiver<Message>,
}

/// A server's connection and what is to be connected with it. The channels hold any number of messages, so that the server sees
/// everything that waits.
pub fn channels() -> (Connection, Wire) {
    let (incoming, receiver) = crossbeam_channel::unbounded();
    let (sender, outgoing) = crossbeam_channel::unbounded();
    (Connection { sender, receiver }, Wire { incoming, outgoing })
}

/// Runs a server on a reader and a writer. Gives its result, and what was wrong with the input, if anything.
pub fn run<T: Send + Default>(
    wire: Wire,
    input: impl BufRead + Send,
    output: &mut dyn Write,
    server: impl FnOnce() -> T + Send,
) -> (T, Result<(), String>) {
    let Wire { incoming, outgoing } = wire;
    thread::scope(|scope| {
        let reader = scope.spawn(move || read_all(input, &incoming));
        let server = scope.spawn(server);
        for message in outgoing {
            // Nobody listens any more; that also ends the input.
            if write(&message, output).is_err() {
                break;
            }
        }
        let result = server.join().unwrap_or_default();
        (result, reader.join().unwrap_or_else(|_| Err("it could not be read".to_owned())))
    })
}

fn read_all(mut input: impl BufRead, incoming: &Sender<Message>) -> Result<(), String> {
    while let Some(message) = read(&mut input)? {
        let is_last = matches!(&message, Message::Notification(notification) if notification.method == "exit");
        if incoming.send(message).is_err() || is_last {
            break;
        }
    }
    Ok(())
}

/// The next message; `None` at the end of the input. The error says what was wrong and what was expected.
pub fn read(input: &mut impl BufRead) -> Result<Option<Message>, String> {
    let Some(length) = content_length(input)? else { return Ok(None) };
    if length > MAX_MESSAGE_BYTES {
        return Err(format!("a message of {length} bytes; at most {MAX_MESSAGE_BYTES} are read"));
    }
    // Grows with what really comes, whatever the header promises.
    let mut body = Vec::new();
    input.take(length).read_to_end(&mut body).map_err(|error| error.to_string())?;
    if (body.len() as u64) < length {
        return Err(format!("it ends after {} of {length} bytes", body.len()));
    }
    serde_json::from_slice(&body)
        .map(Some)
        .map_err(|error| format!("expected a JSON-RPC message, found `{}` ({error})", words::excerpt(&String::from_utf8_lossy(&body), 120)))
}

fn content_length(input: &mut impl BufRead) -> Result<Option<u64>, String> {
    let mut length = None;
    for number in 0..MAX_HEADERS {
        let mut line = Vec::new();
        input.by_ref().take(MAX_HEADER_BYTES).read_until(b'\n', &mut line).map_err(|error| error.to_string())?;
        if line.is_empty() && number == 0 {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let header = line.trim_end_matches(['\r', '\n']);
        if header.is_empty() && line.ends_with('\n') {
            return length.map(Some).ok_or_else(|| "the header `Content-Length: N` is missing".to_owned());
        }
        let (name, value) = header
            .split_once(':')
            .filter(|_| line.ends_with('\n'))
            .ok_or_else(|| format!("expected a header such as `Content-Length: 123`, found `{}`", words::excerpt(header, 120)))?;
        if name.trim().eq_ignore_ascii_case("content-length") {
            let number = value.trim().parse().map_err(|_| format!("`{}` is no length in bytes", words::excerpt(value.trim(), 40)))?;
            length = Some(number);
        }
    }
    Err(format!("more than {MAX_HEADERS} header lines before a message"))
}

/// Writes a message and sends it off.
pub fn write(message: &Message, output: &mut dyn Write) -> io::Result<()> {
    #[derive(serde::Serialize)]
    struct Envelope<'m> {
        jsonrpc: &'static str,
        #[serde(flatten)]
        message: &'m Message,
    }
    let text = serde_json::to_string(&Envelope { jsonrpc: "2.0", message })?;
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Option<Message>, String> {
        read(&mut text.as_bytes())
    }

    #[test]
    fn messages_are_read_and_the_end_is_no_mistake() {
        let text = "Content-Length: 33\r\nContent-Type: x\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}";
        assert!(matches!(read_text(text), Ok(Some(Message::Notification(exit))) if exit.method == "exit"));
        assert!(matches!(read_text(""), Ok(None)));
    }

    #[test]
    fn rubbish_is_named_and_nothing_is_allocated_for_promises() {
        for (text, expected) in [
            ("hello\r\n", "expected a header such as"),
            ("no end", "expected a header such as"),
            ("Content-Length: many\r\n\r\n", "`many` is no length"),
            ("Content-Type: x\r\n\r\n{}", "`Content-Length: N` is missing"),
            ("Content-Length: 99999999999999\r\n\r\n{}", "at most"),
            ("Content-Length: 200000000\r\n\r\n{}", "ends after 2 of"),
            ("Content-Length: 2\r\n\r\n{}", "expected a JSON-RPC message"),
            ("Content-Length: 3\r\n\r\n\u{1}ab", "expected a JSON-RPC message"),
        ] {
            let error = read_text(text).unwrap_err();
            assert!(error.contains(expected), "{text:?}: {error}");
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        let mut bytes = Vec::new();
        let request = lsp_server::Request::new(7.into(), "x".to_owned(), serde_json::json!({"a": "日本"}));
        write(&request.into(), &mut bytes).unwrap();
        assert!(matches!(read(&mut bytes.as_slice()), Ok(Some(Message::Request(request))) if request.params["a"] == "日本"));
    }
}
