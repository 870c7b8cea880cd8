//! `SESSION_DERIVE_DEBUG=1 cargo check` shows what a derive wrote.

use std::env;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

pub(crate) fn show(title: &str, tokens: &TokenStream) {
    if env::var_os("SESSION_DERIVE_DEBUG").is_some_and(|value| value == "1") {
        let mut text = String::new();
        lay_out(tokens.clone(), 0, &mut text);
        eprintln!("// {title}\n{}", text.trim_end());
    }
}

/// A line for each statement and attribute, a step in for each block: enough to read, and no
/// dependency.
fn lay_out(tokens: TokenStream, depth: usize, out: &mut String) {
    let mut line: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let delimiter = match &token {
            TokenTree::Group(group) => Some(group.delimiter()),
            _ => None,
        };
        if let (TokenTree::Group(group), Some(Delimiter::Brace)) = (&token, delimiter) {
            write_line(&mut line, " {", depth, out);
            lay_out(group.stream(), depth + 1, out);
            write_line(&mut line, "}", depth, out);
            continue;
        }
        let attribute = delimiter == Some(Delimiter::Bracket) && matches!(*line, [_]);
        let statement = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ';');
        line.push(token);
        if statement || (attribute && line.first().is_some_and(is_hash)) {
            write_line(&mut line, "", depth, out);
        }
    }
    if !line.is_empty() {
        write_line(&mut line, "", depth, out);
    }
}

fn is_hash(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == '#')
}

fn write_line(line: &mut Vec<TokenTree>, end: &str, depth: usize, out: &mut String) {
    let text = line.drain(..).collect::<TokenStream>().to_string();
    out.push_str(&"    ".repeat(depth));
    // The compiler breaks long lines where it likes.
    out.push_str(&text.replace('\n', " "));
    out.push_str(end);
    out.push('\n');
}
