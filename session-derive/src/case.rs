//! `AppSession` → `app_session`.

/// A word begins at a capital that follows a small letter or precedes one: `HTTPAuth2` is
/// `http_auth2`.
pub(crate) fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (i, letter) in letters.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|i| letters.get(i));
        let after_small = before.is_some_and(|c| c.is_lowercase() || c.is_numeric());
        let after_capital = before.is_some_and(|c| c.is_uppercase());
        let before_small = letters.get(i + 1).is_some_and(|c| c.is_lowercase());
        if letter.is_uppercase() && (after_small || (after_capital && before_small)) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_at_capitals() {
        for (name, snake) in [
            ("Auth", "auth"),
            ("AppSession", "app_session"),
            ("HTTPAuth2", "http_auth2"),
            ("V2Auth", "v2_auth"),
            ("auth", "auth"),
            ("Auth_X", "auth_x"),
        ] {
            assert_eq!(snake_case(name), snake);
        }
    }
}
