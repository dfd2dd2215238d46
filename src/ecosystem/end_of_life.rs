//! Node's releases: until when each major gets fixes (FACTS §5).

/// The month in which support of a major ended; `None` where it goes on, as far as is known.
pub(crate) fn ended(major: u32) -> Option<&'static str> {
    Some(match major {
        0..=9 => "2019 or before",
        10 => "April 2021",
        11 => "June 2019",
        12 => "April 2022",
        13 => "June 2020",
        14 => "April 2023",
        15 => "June 2021",
        16 => "September 2023",
        17 => "June 2022",
        18 => "April 2025",
        19 => "June 2023",
        20 => "April 2026",
        21 => "June 2024",
        23 => "June 2025",
        25 => "June 2026",
        _ => return None,
    })
}
