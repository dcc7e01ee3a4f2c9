//! Entries of a JSON document of any size: a list of them, one alone, several documents one after the other, or lists
//! under `data` or under numbers.

use std::collections::BTreeSet;
use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::entry::{Entry, Odd};
use super::read::Hand;

/// The fields that are kept of an entry. The rest is not even looked at.
const KEPT: [&str; 34] = [
    "abuseConfidenceScore",
    "actor",
    "business_service_intelligence",
    "classification",
    "dst_ip",
    "first_seen",
    "first_seen_utc",
    "fk_malware",
    "internet_scanner_intelligence",
    "ioc",
    "ioc_type",
    "ioc_value",
    "ip",
    "ipAddress",
    "ipVersion",
    "ip_address",
    "isPublic",
    "lastReportedAt",
    "last_online",
    "last_seen",
    "last_seen_utc",
    "malware",
    "metadata",
    "name",
    "noise",
    "port",
    "reports",
    "riot",
    "seen",
    "status",
    "tags",
    "threat_type",
    "tor",
    "totalReports",
];
/// Values that are kept of an entry. Further ones are passed over.
const VALUES: usize = 4096;
/// Categories are numbers below this.
const CATEGORIES: i64 = 1000;

/// Reads all documents of a stream.
pub(super) fn read(bytes: impl Read, hand: &mut Hand<'_>) -> Result<(), serde_json::Error> {
    let mut json = serde_json::Deserializer::from_reader(bytes);
    // An empty file is an empty list.
    while let Err(error) = json.end() {
        // What cannot be read says so again.
        if hand.is_stopped() {
            return Err(error);
        }
        Documents(hand).deserialize(&mut json)?;
    }
    Ok(())
}

/// A document, or a part of it that holds entries.
struct Documents<'a, 'h>(&'a mut Hand<'h>);

impl<'de> DeserializeSeed<'de> for Documents<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Documents<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of entries, or an entry")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Documents(self.0))?.is_some() {
            self.0.mark_or_end::<A::Error>()?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let mut entry = Entry::default();
        let mut holds_others = false;
        while let Some(name) = fields.next_key::<String>()? {
            if name == "data" || !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit()) {
                holds_others = true;
                fields.next_value_seed(Documents(self.0))?;
            } else if name == "reports" {
                let mut categories = BTreeSet::new();
                fields.next_value_seed(Reports(&mut categories))?;
                entry.add(&name, categories.into_iter().map(Value::from).collect());
            } else if KEPT.contains(&&*name) {
                entry.add(&name, fields.next_value_seed(Small(&mut VALUES.clone()))?);
            } else {
                fields.next_value::<IgnoredAny>()?;
                if entry.is_empty() {
                    self.0.mark_or_end::<A::Error>()?;
                }
            }
        }
        if !entry.is_empty() || !holds_others {
            self.0.entry(&entry);
        }
        self.0.mark_or_end()
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.0.bad(&Odd::new("entry", text, "an object"), text);
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<(), E> {
        self.visit_str(&value.to_string())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.visit_str(&value.to_string())
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        self.visit_str(&value.to_string())
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        self.visit_str(&value.to_string())
    }
}

/// A value of which at most so many parts are kept.
struct Small<'a>(&'a mut usize);

impl<'de> DeserializeSeed<'de> for Small<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Small<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut kept = Vec::new();
        while *self.0 > 0 {
            *self.0 -= 1;
            match list.next_element_seed(Small(self.0))? {
                Some(value) => kept.push(value),
                None => return Ok(kept.into()),
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(kept.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut kept = Map::new();
        while *self.0 > 0 {
            *self.0 -= 1;
            let Some(name) = fields.next_key::<String>()? else { return Ok(kept.into()) };
            let value = fields.next_value_seed(Small(self.0))?;
            kept.insert(name, value);
        }
        while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(kept.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }
}

/// The categories of reports, however many there are and whatever else they say.
struct Reports<'a>(&'a mut BTreeSet<i64>);

impl<'de> DeserializeSeed<'de> for Reports<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reports<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("reports with their categories")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while list.next_element_seed(Reports(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        while let Some(name) = fields.next_key::<String>()? {
            if name == "categories" {
                fields.next_value_seed(Reports(self.0))?;
            } else {
                fields.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        self.0.extend((number < CATEGORIES).then_some(number));
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}
