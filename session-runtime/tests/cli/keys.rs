//! `keygen` and `derive`.

use std::fs;

use crate::run::{BASE64, HEX, Place, RAW};

#[test]
fn a_new_key_is_32_bytes_and_nothing_more() {
    let place = Place::new();
    let (one, other) = (place.run(&["keygen"]).done(), place.run(&["keygen"]).done());
    assert_eq!((one.len(), other.len()), (32, 32));
    assert_ne!(one, other);
    assert_eq!(place.run(&["keygen", "--hex"]).done().len(), 65);
    assert_eq!(place.run(&["keygen", "--base64"]).done().len(), 45);
}

#[test]
fn a_key_is_converted_from_and_to_every_notation() {
    let place = Place::new();
    let (hex, base64) = (format!("{HEX}\n"), format!("{BASE64}\n"));
    let crlf = format!("{}\r\n", HEX.to_uppercase());
    let url_safe = BASE64.replace('+', "-").replace('/', "_").replace('=', "");
    let utf16: Vec<u8> = format!("\u{feff}{BASE64}\r\n")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let notations = [
        &RAW[..],
        hex.as_bytes(),
        base64.as_bytes(),
        crlf.as_bytes(),
        url_safe.as_bytes(),
        &utf16,
    ];
    for from in notations {
        place.write("key", from);
        assert_eq!(place.run(&["keygen", "--from", "key"]).done(), RAW);
        assert_eq!(place.run(&["keygen", "--from", "key", "--hex"]).text(), hex);
        let piped = place.run_on(&["keygen", "--from", "-", "--base64"], from);
        assert_eq!(piped.text(), base64);
    }
}

#[test]
fn d33_what_is_no_key_is_described_and_not_repeated() {
    let place = Place::new();
    let utf16: Vec<u8> = RAW
        .iter()
        .flat_map(|&byte| u16::from(byte).to_le_bytes())
        .collect();
    for (bytes, expected) in [
        (vec![7; 37], "holds 37 bytes, a key has 32"),
        ([&RAW[..], b"\n"].concat(), "32 bytes and a line break"),
        ([&[0xff, 0xfe][..], &utf16].concat(), "PowerShell's `>`"),
        (Vec::new(), "is empty"),
        (vec![7; 32], "all 32 bytes are equal"),
        (vec![b'x'; 10_000], "holds 512 bytes or more"),
        (
            HEX.as_bytes()[..63].to_vec(),
            "holds 63 bytes, a key has 32",
        ),
    ] {
        place.write("key", &bytes);
        for args in [
            ["keygen", "--from", "key"],
            ["inspect", "--key-file", "key"],
        ] {
            let error = place.run_on(&args, "__Host-a=AbTa").failed(1);
            assert!(error.starts_with("session: key file `key`: "), "{error}");
            assert!(error.contains(expected), "{error}\nshould say: {expected}");
        }
    }
    let error = place.run(&["keygen", "--from", "nothing"]).failed(1);
    assert!(
        error.starts_with("session: `nothing` cannot be read: "),
        "{error}"
    );
}

#[test]
fn d33_a_key_file_is_the_owners_alone_and_never_overwritten() {
    let place = Place::new();
    assert!(place.run(&["keygen", "--out", "key"]).done().is_empty());
    let key = place.read("key");
    assert_eq!(key.len(), 32);
    let error = place.run(&["keygen", "--out", "key"]).failed(1);
    assert!(error.starts_with("session: `key` exists"), "{error}");
    assert_eq!(place.read("key"), key);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(place.path().join("key"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

/// Derived by Node: see tests/interop/vectors.
#[test]
fn d34_node_derives_the_same_keys() {
    let file = include_str!("../../../tests/interop/vectors/secure-session.keys.json");
    let file: serde_json::Value = serde_json::from_str(file).unwrap();
    let place = Place::new();
    let mut seen = 0;
    for vector in file["vectors"].as_array().unwrap() {
        let Some(expected) = vector["derived_key_hex"].as_str() else {
            continue;
        };
        let hex = |name: &str| vector[name].as_str().unwrap().to_owned();
        let secret = base16ct::lower::decode_vec(hex("secret_bytes_hex")).unwrap();
        let salt = hex("salt_bytes_hex");
        let salt = match vector["config"].get("salt") {
            Some(_) => vec!["--salt-hex", &*salt],
            None => vec!["--node-salt"],
        };
        let args = [&["derive", "--hex", "--exact-secret"][..], &salt].concat();
        assert_eq!(place.run_on(&args, secret).text(), format!("{expected}\n"));
        seen += 1;
    }
    assert_eq!(seen, 3);
}

#[test]
fn a_secret_comes_from_anywhere_but_the_command_line() {
    let place = Place::new();
    let secret = "averylogphrasebiggerthanthirtytwochars";
    let expected = "b26d7bb1252a79d7f24e1af3ba192dda3fb33e965905edcff87493ace649b67e\n";
    place.write("secret", format!("{secret}\r\n"));
    let salt = ["derive", "--hex", "--salt-base64", "mq9hDxBVDbspDR6nLfFT1g"];
    let with = |more: &[&'static str]| [&salt[..], more].concat();
    for said in [
        place.run(&with(&["--secret-file", "secret"])),
        place.run_with(
            &with(&["--secret-env", "SECRET"]),
            b"",
            &[("SECRET", secret)],
        ),
        place.run_on(&with(&[]), format!("{secret}\n")),
    ] {
        assert_eq!(said.text(), expected);
    }
    // A salt of text: the low byte of each character, as Node takes it.
    let text = place.run_on(&["derive", "--salt", "mq9hDxBVDbspDR6\u{16e}"], secret);
    let ascii = place.run_on(&["derive", "--salt", "mq9hDxBVDbspDR6n"], secret);
    assert_eq!(text.done(), ascii.done());
}

#[test]
fn d34_what_no_key_can_be_derived_from_is_refused() {
    let place = Place::new();
    let short = place
        .run_on(&["derive", "--node-salt"], "short\n")
        .failed(1);
    assert!(
        short.contains("the secret has 5 bytes and 32 are the least"),
        "{short}"
    );
    for (args, expected) in [
        (
            &["--salt", "short"][..],
            "has 5 characters where 16 are needed",
        ),
        (&["--salt", ""], "--node-salt"),
        (&["--salt-hex", "00ff"], "has 2 bytes where 16 are needed"),
        (&["--salt-hex", "xy"], "is no hex"),
        (&["--salt-base64", "?"], "is no base64"),
        (&[], "required"),
        (&["--node-salt", "--salt", "x"], "cannot be used with"),
        (
            &["--node-salt", "--secret-env", "A", "--secret-file", "b"],
            "cannot be used with",
        ),
    ] {
        let error = place.run_on(&[&["derive"], args].concat(), "").failed(2);
        assert!(error.contains(expected), "{error}\nshould say: {expected}");
    }
    let unset = place.run(&["derive", "--node-salt", "--secret-env", "NOT_SET_ANYWHERE"]);
    assert!(unset.failed(1).contains("`NOT_SET_ANYWHERE`: is not set"));
}
