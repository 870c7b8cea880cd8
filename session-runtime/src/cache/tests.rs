//! Who is kept, who gives way, and that nobody gets what is another's.

use super::*;

const A: &[u8] = b"the first one----------------------------------------------";
const B: &[u8] = b"the first one------------another---------------------------";

fn ask(cache: &Cache<u32>, bytes: &[u8]) -> Option<u32> {
    cache.get(cache.fingerprint(bytes), bytes, |made| *made)
}

fn miss(cache: &Cache<u32>, bytes: &[u8], made: u32) {
    cache.missed(cache.fingerprint(bytes), bytes, || Some(made));
}

/// As a server does. Whether it was kept.
fn come(cache: &Cache<u32>, bytes: &[u8], made: u32) -> bool {
    let known = ask(cache, bytes);
    assert!(known.is_none_or(|known| known == made));
    if known.is_none() {
        miss(cache, bytes, made);
    }
    known.is_some()
}

/// Of the one set of a small table.
fn keep(cache: &Cache<u32>, number: u32) {
    let bytes = number.to_le_bytes();
    for _ in 0..2 {
        cache.missed(fingerprint(number), &bytes, || Some(number));
    }
}

fn known(cache: &Cache<u32>, number: u32) -> bool {
    let bytes = number.to_le_bytes();
    let made = cache.get(fingerprint(number), &bytes, |made| *made);
    made == Some(number)
}

fn fingerprint(number: u32) -> Fingerprint {
    Fingerprint(u64::from(number) * 2 + 1)
}

#[test]
fn what_comes_the_second_time_is_kept() {
    let cache = Cache::new(8);
    assert_eq!(ask(&cache, A), None);
    miss(&cache, A, 1);
    assert_eq!(ask(&cache, A), None);
    miss(&cache, A, 2);
    assert_eq!(ask(&cache, A), Some(2));
}

#[test]
fn what_comes_once_is_not_even_made_ready_to_be_kept_as_a_rule() {
    let cache = Cache::<u32>::new(8);
    let mut made_ready = 0;
    for number in 0..10_000_u64 {
        let bytes = [&number.to_le_bytes(), A].concat();
        cache.missed(cache.fingerprint(&bytes), &bytes, || {
            made_ready += 1;
            Some(1)
        });
    }
    // One in sixteen shares its bit with one before, of which one in four may take a place.
    assert!(made_ready < 300, "{made_ready}");
}

/// Who knows the ends of a cookie can write another between them.
#[test]
fn bytes_that_have_their_ends_alone_in_common_are_told_apart() {
    let cache = Cache::new(8);
    assert_eq!(cache.fingerprint(A), cache.fingerprint(B));
    miss(&cache, A, 1);
    miss(&cache, A, 1);
    assert_eq!(ask(&cache, B), None);
    miss(&cache, B, 2);
    assert_eq!((ask(&cache, A), ask(&cache, B)), (None, Some(2)));
}

#[test]
fn either_end_tells_bytes_apart() {
    let cache = Cache::<u32>::new(8);
    let standing = cache.fingerprint(A);
    for place in (0..16).chain(A.len() - 16..A.len()) {
        let mut other = A.to_vec();
        other[place] ^= 1;
        assert_ne!(cache.fingerprint(&other), standing, "{place}");
    }
    // And nobody outside can tell what stands for them.
    assert_ne!(Cache::<u32>::new(8).fingerprint(A), standing);
}

#[test]
fn a_free_place_is_taken_before_any_other() {
    let cache = Cache::new(8);
    for number in 0..8 {
        keep(&cache, number);
    }
    assert!((0..8).all(|number| known(&cache, number)));
}

#[test]
fn one_that_was_of_no_use_lately_gives_way() {
    let cache = Cache::new(8);
    for number in 0..8 {
        keep(&cache, number);
    }
    for unused in 0..8 {
        let others = (0..8).filter(|number| *number != unused);
        // Until it is its turn.
        for _ in 0..200 {
            assert!(others.clone().all(|number| known(&cache, number)));
            keep(&cache, 100);
            if known(&cache, 100) {
                break;
            }
        }
        assert!(known(&cache, 100) && !known(&cache, unused));
        // As it was: the other one is not used any more.
        for _ in 0..200 {
            assert!(others.clone().all(|number| known(&cache, number)));
            keep(&cache, unused);
            if known(&cache, unused) {
                break;
            }
        }
        assert!(known(&cache, unused) && !known(&cache, 100));
    }
}

#[test]
fn whoever_is_always_there_is_not_driven_out() {
    let cache = Cache::new(8);
    for number in 0..8 {
        keep(&cache, number);
    }
    for newcomer in 8..1000 {
        assert!((0..8).all(|number| known(&cache, number)), "{newcomer}");
        keep(&cache, newcomer);
    }
}

#[test]
fn who_has_gone_gives_way_to_all_who_come() {
    let cache = Cache::new(8);
    for number in 0..8 {
        keep(&cache, number);
    }
    for _ in 0..40 {
        for newcomer in 8..16 {
            if !known(&cache, newcomer) {
                keep(&cache, newcomer);
            }
        }
    }
    assert!((8..16).all(|number| known(&cache, number)));
}

/// In turn, as many browsers do: the worst there is for a table that forgets in this order.
#[test]
fn as_many_as_there_are_entries_are_known_as_a_rule() {
    for (sessions, least) in [(256, 250), (512, 480), (1024, 830), (2000, 990)] {
        let cache = Cache::new(1024);
        let cookie = |_| crate::Random::default().array::<300>().unwrap();
        let others: Vec<_> = (0..3000).map(cookie).collect();
        let cookies: Vec<_> = (0..sessions).map(cookie).collect();
        // Who has been here before, and has gone.
        for other in others.iter().chain(&others) {
            come(&cache, other, 1);
        }
        let round = || cookies.iter().filter(|it| come(&cache, &it[..], 2)).count();
        for _ in 0..20 {
            round();
        }
        let known = round();
        assert!(known >= least, "{known} of {sessions}");
    }
}

#[test]
fn no_bytes_are_taken_for_others() {
    let cache = Cache::new(8);
    let texts: Vec<_> = (0..64_u32)
        .map(|number| format!("{number:0>40}").into_bytes())
        .collect();
    for (text, number) in texts.iter().zip(0..).cycle().take(64 * 7) {
        for _ in 0..8 {
            come(&cache, text, number);
        }
    }
}

#[test]
fn the_number_of_entries_is_bounded_and_a_power_of_two() {
    for (entries, places) in [(0, 0), (1, 8), (9, 16), (1024, 1024), (1025, 2048)] {
        assert_eq!(Cache::<u32>::new(entries).sets.len() * PLACES, places);
    }
    assert_eq!(
        Cache::<u32>::new(usize::MAX).sets.len() * PLACES,
        MAX_ENTRIES
    );
}

#[test]
fn what_is_too_long_is_not_kept() {
    let cache = Cache::new(8);
    for (length, kept) in [(0, Some(1)), (15, Some(1)), (4096, Some(1)), (4097, None)] {
        let bytes = vec![b'a'; length];
        for _ in 0..3 {
            miss(&cache, &bytes, 1);
        }
        assert_eq!(ask(&cache, &bytes), kept, "{length} bytes");
    }
    let nothing = Cache::new(0);
    for _ in 0..3 {
        miss(&nothing, A, 1);
    }
    assert_eq!(ask(&nothing, A), None);
}

#[test]
fn cookies_are_spread_over_all_sets() {
    let cache = Cache::<u32>::new(256 * PLACES);
    let mut hits = vec![0_u32; 256];
    for number in 0..25_600_u32 {
        let cookie = format!("{number:0>20}");
        let set = cache.set(cache.fingerprint(cookie.as_bytes())).unwrap();
        let index = cache.sets.iter().position(|it| std::ptr::eq(it, set));
        hits[index.unwrap()] += 1;
    }
    // 100 each: less than 50 or more than 160 has no chance among 256.
    assert!(hits.iter().all(|hits| (50..160).contains(hits)), "{hits:?}");
}

#[test]
fn threads_that_meet_in_one_set_each_get_what_is_theirs() {
    let cache = Cache::new(8);
    let texts: Vec<_> = (0..32_u32).map(|number| format!("{number:0>40}")).collect();
    std::thread::scope(|scope| {
        for start in 0..4 {
            let (cache, texts) = (&cache, &texts);
            scope.spawn(move || {
                let turns = texts.iter().zip(0..).cycle().skip(start).take(20_000);
                for (text, number) in turns {
                    come(cache, text.as_bytes(), number);
                }
            });
        }
    });
}
