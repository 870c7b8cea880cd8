//! What the guides say of the code is what the code says of itself.

use session_runtime::Deviation;

const GUIDE: &str = "../docs/migrating-from-fastify-secure-session.md";
const BEGIN: &str = "cargo test -p tests guide` -->\n";
const END: &str = "<!-- end of deviations -->";

fn table() -> String {
    let head = "| Node … | here … | because … | switch |\n|---|---|---|---|\n";
    let rows = Deviation::ALL.iter().map(|deviation| {
        let switch = if deviation.switchable() {
            format!("`{deviation:?}`")
        } else {
            "none".to_owned()
        };
        let (node, here, why) = (deviation.node(), deviation.here(), deviation.why());
        format!("| {node} | {here} | {why} | {switch} |\n")
    });
    head.to_owned() + &rows.collect::<String>()
}

#[test]
fn the_guides_table_of_differences_is_that_of_the_code() {
    let text = std::fs::read_to_string(GUIDE).unwrap();
    let (head, rest) = text.split_once(BEGIN).unwrap();
    let (written, tail) = rest.split_once(END).unwrap();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(GUIDE, format!("{head}{BEGIN}{}{END}{tail}", table())).unwrap();
        return;
    }
    assert_eq!(written, table());
}
