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

/// A line for each statement, a step in for each block: enough to read, and no dependency.
fn lay_out(tokens: TokenStream, depth: usize, out: &mut String) {
    let mut line = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                indent(depth, &line.drain(..).collect(), out);
                out.push_str(" {\n");
                lay_out(group.stream(), depth + 1, out);
                indent(depth, &TokenStream::new(), out);
                out.push_str("}\n");
            }
            token => {
                let ends = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ';');
                line.push(token);
                if ends {
                    indent(depth, &line.drain(..).collect(), out);
                    out.push('\n');
                }
            }
        }
    }
    if !line.is_empty() {
        indent(depth, &line.into_iter().collect(), out);
        out.push('\n');
    }
}

fn indent(depth: usize, line: &TokenStream, out: &mut String) {
    out.push_str(&"    ".repeat(depth));
    out.push_str(&line.to_string());
}
