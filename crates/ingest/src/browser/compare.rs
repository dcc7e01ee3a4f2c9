//! What a browser says, beside what is known otherwise. A pure function; what cannot be told is not said.

use std::net::{IpAddr, Ipv6Addr};

use vespid_model::address::is_public;
use vespid_model::body::CanaryFingerprint;

use super::{Facts, Renderings, languages, zones};

/// What is known of the visit without asking the browser.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// The request's `User-Agent`.
    pub user_agent: Option<&'a str>,
    /// The address that asked.
    pub source: IpAddr,
    /// Its country, two letters.
    pub country: Option<&'a str>,
    /// What tools are known to draw.
    pub renderings: &'a Renderings,
}

/// An operating system, as far as browsers tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum System {
    Windows,
    Apple,
    /// Linux, Android and Chrome OS: one kernel, and `navigator.platform` does not tell them apart.
    Linux,
}

/// What does not fit together.
pub fn compare(facts: &Facts, around: Circumstances<'_>) -> CanaryFingerprint {
    let user_agent = around.user_agent.or(facts.user_agent.as_deref());
    let claimed = user_agent.and_then(of_user_agent);
    let differs = |shown: Option<System>| Some(shown? != claimed?);
    CanaryFingerprint {
        navigator_webdriver: facts.webdriver,
        platform_ua_inconsistent: differs(facts.platform.as_deref().and_then(of_platform)),
        ua_webgl_mismatch: differs(facts.renderer.as_deref().and_then(of_renderer)),
        webrtc_geo_mismatch: elsewhere(&facts.addresses, around.source),
        tz_mismatch_zones: around
            .country
            .zip(facts.utc_offset)
            .and_then(|(country, offset)| hours(country, offset)),
        lang_country_mismatch: around
            .country
            .zip(facts.language.as_deref())
            .and_then(|(country, language)| languages::is_foreign(language, country)),
        canvas_audio_hash_match: around.renderings.tool(facts).map(str::to_owned),
        ..CanaryFingerprint::default()
    }
}

fn of_user_agent(text: &str) -> Option<System> {
    // Android's names Linux, and an iPad's may name Macintosh.
    first_in(
        text,
        &[
            ("Windows", System::Windows),
            ("Android", System::Linux),
            ("iPhone", System::Apple),
            ("iPad", System::Apple),
            ("Macintosh", System::Apple),
            ("Linux", System::Linux),
            ("CrOS", System::Linux),
        ],
    )
}

fn of_platform(text: &str) -> Option<System> {
    first_in(
        text,
        &[
            ("Win", System::Windows),
            ("Mac", System::Apple),
            ("iPhone", System::Apple),
            ("iPad", System::Apple),
            ("iPod", System::Apple),
            ("Linux", System::Linux),
            ("Android", System::Linux),
        ],
    )
}

/// By what draws: Direct3D is of Windows, Metal and Apple's own chips of Apple. A renderer in software, and a driver that is
/// everywhere, say nothing.
fn of_renderer(text: &str) -> Option<System> {
    first_in(
        text,
        &[
            ("Direct3D", System::Windows),
            ("D3D11", System::Windows),
            ("D3D9", System::Windows),
            ("Metal", System::Apple),
            ("Apple", System::Apple),
            ("Adreno", System::Linux),
            ("Mali-", System::Linux),
            ("Mesa", System::Linux),
        ],
    )
}

fn first_in(text: &str, words: &[(&str, System)]) -> Option<System> {
    words.iter().find(|(word, _)| text.contains(word)).map(|(_, system)| *system)
}

/// Does WebRTC show an address on the internet that is another than the one that asked? An address at home says nothing:
/// everybody has one behind a router.
fn elsewhere(addresses: &[String], source: IpAddr) -> Option<bool> {
    let source = source.to_canonical();
    let shown = addresses.iter().filter_map(|text| text.parse::<IpAddr>().ok()).map(|ip| ip.to_canonical());
    let mut of_this_kind = shown.filter(|ip| is_public(*ip) && ip.is_ipv4() == source.is_ipv4()).peekable();
    of_this_kind.peek()?;
    is_public(source).then(|| !of_this_kind.any(|ip| is_near(ip, source)))
}

/// One host has many addresses of one network in version 6.
fn is_near(ip: IpAddr, source: IpAddr) -> bool {
    match (ip, source) {
        (IpAddr::V6(ip), IpAddr::V6(source)) => network(ip) == network(source),
        _ => ip == source,
    }
}

fn network(ip: Ipv6Addr) -> [u16; 4] {
    let [a, b, c, d, ..] = ip.segments();
    [a, b, c, d]
}

/// Hours from the nearest clock of the country, ahead or behind.
fn hours(country: &str, offset: i64) -> Option<i64> {
    // No clock is further from UTC.
    let offset = Some(offset).filter(|offset| (-720..=840).contains(offset))?;
    let (least, most) = zones::of(country)?;
    let minutes = offset - offset.clamp(least, most);
    Some((minutes + minutes.signum() * 30) / 60)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;

    const WINDOWS: &str =
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36";
    const MAC: &str =
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15";
    const LINUX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
    const ANDROID: &str =
        "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36";

    fn around(user_agent: &str) -> Circumstances<'_> {
        static NONE: LazyLock<Renderings> = LazyLock::new(Renderings::default);
        let source = "9.9.9.9".parse().unwrap();
        Circumstances { user_agent: Some(user_agent), source, country: None, renderings: &NONE }
    }

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn what_is_not_said_is_not_told() {
        assert_eq!(compare(&Facts::default(), around(WINDOWS)), CanaryFingerprint::default());
        let odd = Facts {
            platform: Some("Toaster".to_owned()),
            renderer: Some("Google SwiftShader".to_owned()),
            utc_offset: Some(i64::MAX),
            addresses: texts(&["x", "192.168.1.7", "f00.local"]),
            ..Facts::default()
        };
        let told = compare(&odd, Circumstances { country: Some("DE"), ..around(WINDOWS) });
        assert_eq!(told, CanaryFingerprint::default());
        for driven in [true, false] {
            let facts = Facts { webdriver: Some(driven), ..Facts::default() };
            assert_eq!(compare(&facts, around("curl/8")).navigator_webdriver, Some(driven));
        }
    }

    #[test]
    fn platforms_and_renderers_fit_the_user_agent_or_not() {
        for (user_agent, platform, differs) in [
            (WINDOWS, "Win32", Some(false)),
            (WINDOWS, "Linux x86_64", Some(true)),
            (MAC, "MacIntel", Some(false)),
            (MAC, "Win32", Some(true)),
            (LINUX, "Linux x86_64", Some(false)),
            (ANDROID, "Linux armv81", Some(false)),
            (ANDROID, "MacIntel", Some(true)),
            ("curl/8.5", "Win32", None),
        ] {
            let facts = Facts { platform: Some(platform.to_owned()), ..Facts::default() };
            assert_eq!(
                compare(&facts, around(user_agent)).platform_ua_inconsistent,
                differs,
                "{user_agent} {platform}"
            );
        }
        for (user_agent, renderer, differs) in [
            (WINDOWS, "ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0, D3D11)", Some(false)),
            (MAC, "ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0, D3D11)", Some(true)),
            (MAC, "ANGLE (Apple, ANGLE Metal Renderer: Apple M2, Unspecified Version)", Some(false)),
            (WINDOWS, "Mesa Intel(R) UHD Graphics 620 (KBL GT2)", Some(true)),
            (LINUX, "Mesa Intel(R) UHD Graphics 620 (KBL GT2)", Some(false)),
            (ANDROID, "Adreno (TM) 740", Some(false)),
            (
                WINDOWS,
                "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)), SwiftShader driver)",
                None,
            ),
        ] {
            let facts = Facts { renderer: Some(renderer.to_owned()), ..Facts::default() };
            assert_eq!(
                compare(&facts, around(user_agent)).ua_webgl_mismatch,
                differs,
                "{user_agent} {renderer}"
            );
        }
    }

    #[test]
    fn another_address_on_the_internet_is_elsewhere() {
        for (addresses, source, elsewhere) in [
            (&["8.8.4.4"][..], "9.9.9.9", Some(true)),
            (&["10.0.0.4", "9.9.9.9"], "9.9.9.9", Some(false)),
            (&["10.0.0.4", "198.51.100.4"], "9.9.9.9", None),
            (&["2620:fe:1:2::7"], "9.9.9.9", None),
            (&["2620:fe:1:2::7"], "2620:fe:1:2::8", Some(false)),
            (&["2620:fe:1:3::7"], "2620:fe:1:2::8", Some(true)),
            (&["fe80::1", "fd00::1", "2001:db8::1"], "2620:fe:1:2::8", None),
            (&["8.8.4.4"], "10.0.0.1", None),
        ] {
            let facts = Facts { addresses: texts(addresses), ..Facts::default() };
            let around = Circumstances { source: source.parse().unwrap(), ..around(WINDOWS) };
            assert_eq!(compare(&facts, around).webrtc_geo_mismatch, elsewhere, "{addresses:?} {source}");
        }
    }

    #[test]
    fn clocks_are_so_many_hours_from_the_country() {
        for (country, offset, zones) in [
            ("DE", 60, Some(0)),
            ("DE", 120, Some(0)),
            ("DE", 180, Some(1)),
            ("DE", 480, Some(6)),
            ("DE", -300, Some(-6)),
            ("CN", 480, Some(0)),
            ("US", -420, Some(0)),
            ("US", 60, Some(5)),
            ("IN", 345, Some(0)),
            ("XX", 60, None),
        ] {
            let facts = Facts { utc_offset: Some(offset), ..Facts::default() };
            let around = Circumstances { country: Some(country), ..around(WINDOWS) };
            assert_eq!(compare(&facts, around).tz_mismatch_zones, zones, "{country} {offset}");
        }
    }

    #[test]
    fn languages_and_renderings_are_told() {
        let facts = Facts {
            language: Some("zh-CN".to_owned()),
            canvas_hash: Some("00000000000000aa".to_owned()),
            ..Facts::default()
        };
        let known = Renderings::parse("00000000000000aa playwright").unwrap();
        let there = Circumstances { country: Some("DE"), renderings: &known, ..around(WINDOWS) };
        let told = compare(&facts, there);
        assert_eq!(told.lang_country_mismatch, Some(true));
        assert_eq!(told.canvas_audio_hash_match.as_deref(), Some("playwright"));
        assert_eq!(compare(&facts, around(WINDOWS)), CanaryFingerprint::default());
    }

    #[test]
    fn only_what_the_page_sends_is_read() {
        let facts =
            Facts::parse(br#"{"nonce":"n","webdriver":true,"addresses":["10.0.0.1"],"platform":null}"#)
                .unwrap();
        assert_eq!((facts.webdriver, facts.platform, facts.addresses.len()), (Some(true), None, 1));
        let many =
            format!(r#"{{"addresses":[{}"x"],"renderer":"{}"}}"#, "\"x\",".repeat(100), "é".repeat(600));
        let facts = Facts::parse(many.as_bytes()).unwrap();
        assert_eq!((facts.addresses.len(), facts.renderer.unwrap().len()), (16, 512));
        for bad in ["", "7", "{\"x\":1}", "{\"webdriver\":\"yes\"}", "{\"utc_offset\":1.5}"] {
            assert!(Facts::parse(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(matches!(Facts::parse(&vec![b' '; 17 << 10]), Err(super::super::FactsError::TooLong(_))));
    }
}
