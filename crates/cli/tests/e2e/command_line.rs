//! Help, completions, manual, forms of output, colours, pipes, exit codes.

use std::process::Stdio;

use crate::tracewell::{Tracewell, transactions};

/// The commands, as the help lists them.
fn commands(here: &Tracewell) -> Vec<String> {
    let help = here.clean(["--help"]).stdout;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let names: Vec<String> = listed
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect();
    assert!(names.len() >= 8, "{help}");
    names
}

#[test]
fn help_completions_and_manual_know_every_command() {
    let here = Tracewell::new();
    let manual = here.clean(["man"]).stdout;
    let scripts: Vec<String> = ["bash", "zsh", "fish", "elvish", "powershell"]
        .iter()
        .map(|shell| here.clean(["completions", shell]).stdout)
        .collect();
    for command in commands(&here) {
        let help = here.clean([command.as_str(), "--help"]).stdout;
        assert!(help.starts_with("Examples:\n  tracewell "), "{help}");
        assert!(manual.contains(&format!(".TH tracewell-{command} ")), "{command}");
        assert!(scripts.iter().all(|script| script.contains(&command)), "{command}");
    }
    assert!(here.clean(["--help"]).stdout.contains("  130  interrupted"));
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let here = Tracewell::new();
    insta::assert_snapshot!(here.run(["imports"]), @r#"
        -- stderr
        error: unrecognized subcommand 'imports'

          tip: a similar subcommand exists: 'import'

        Usage: tracewell [OPTIONS] <COMMAND>

        For more information, try '--help'.
        -- exit 2
        "#);
    for words in [
        &["import"][..],
        &["import", "a", "--chain", "dogechain"],
        &["import", "a", "--complete-blocks", "9:1"],
        &["verify", "--json", "--format", "csv"],
        &["tags"],
        &[],
    ] {
        let run = here.run(words);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{words:?}: {run}");
    }
    assert_eq!(here.run(["--version"]).code, 0);
}

#[test]
fn the_data_folder_comes_from_flag_environment_or_home() {
    let here = Tracewell::new();
    here.write("a.csv", transactions(0..4));
    let folder_of = |set: &[(&str, &str)], words: &[&str]| {
        let mut command = here.command([words, &["doctor", "--json"]].concat());
        command.env_remove("TRACEWELL_DATA_DIR");
        for (name, value) in set {
            command.env(name, value);
        }
        let run = here.finish(&mut command);
        assert_eq!(run.code, 0, "{run}");
        let answer: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        answer["data_dir"].as_str().expect("a path").to_owned()
    };
    assert_eq!(folder_of(&[("TRACEWELL_DATA_DIR", "env")], &["--data-dir", "flag"]), "flag");
    assert_eq!(folder_of(&[("TRACEWELL_DATA_DIR", "env"), ("HOME", "/nowhere")], &[]), "env");
    assert_eq!(folder_of(&[("XDG_DATA_HOME", "/x"), ("HOME", "/nowhere")], &[]), "/x/tracewell");
    let mut homeless = here.command(["doctor"]);
    homeless.env_remove("TRACEWELL_DATA_DIR");
    insta::assert_snapshot!(here.finish(&mut homeless), @r#"
        -- stderr
        error: no data folder: neither --data-dir nor TRACEWELL_DATA_DIR nor HOME is set

        hint: name one with --data-dir FOLDER
        -- exit 2
        "#);
}

#[test]
fn a_table_in_every_form() {
    let here = Tracewell::new();
    here.write("a.csv", transactions(0..1_200));
    here.clean(["import", "a.csv"]);
    insta::assert_snapshot!(here.run(["verify"]), @"
    part      files    bytes  transactions  moves or outputs  findings
    ethereum     25  229,672         1,200             2,400         0

    clean
    -- exit 0
    ");
    insta::assert_snapshot!(here.run(["verify", "--format", "csv"]), @"
    part,files,bytes,transactions,moves_or_outputs,statements,findings
    ethereum,25,229672,1200,2400,,0
    -- exit 0
    ");
    insta::assert_snapshot!(here.run(["verify", "--format", "md"]), @"
    | part | files | bytes | transactions | moves or outputs | findings |
    | --- | ---: | ---: | ---: | ---: | ---: |
    | ethereum | 25 | 229,672 | 1,200 | 2,400 | 0 |

    clean
    -- exit 0
    ");
    let answer = here.json(&["verify"]);
    assert_eq!(answer["clean"], true);
    assert_eq!(answer["chains"][0]["counts"]["transactions"], 1_200);
    let layouts = here.json(&["import", "--list-layouts"]);
    assert!(layouts["layouts"].as_array().expect("a list").len() >= 12);
    assert!(here.clean(["import", "--list-layouts"]).stdout.contains("tornado-deposits"));
}

#[test]
fn colours_are_never_forced_on_a_pipe() {
    let here = Tracewell::new();
    let escapes = |words: &[&str], set: &[(&str, &str)]| {
        let mut command = here.command(words);
        for (name, value) in set {
            command.env(name, value);
        }
        let run = here.finish(&mut command);
        (run.stdout.contains('\u{1b}'), run.stderr.contains('\u{1b}'))
    };
    let words = ["import", "--list-layouts"];
    assert_eq!(escapes(&words, &[]), (false, false));
    assert_eq!(escapes(&words, &[("NO_COLOR", "1"), ("TERM", "xterm")]), (false, false));
    assert_eq!(escapes(&["import", "--list-layouts", "--color", "always"], &[]), (true, false));
    let missing = ["import", "absent", "--color", "always"];
    assert_eq!(escapes(&missing, &[]), (false, true));
    let never = ["import", "absent", "--color", "never"];
    assert_eq!(escapes(&never, &[("CLICOLOR_FORCE", "1")]), (false, false));
}

#[test]
fn a_reader_that_had_enough_is_success() {
    let here = Tracewell::new();
    for words in [&["man"][..], &["completions", "bash"], &["import", "--list-layouts", "--json"]] {
        let mut command = here.command(words);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0), "{words:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words:?}");
    }
}

#[test]
fn damage_is_a_finding() {
    let here = Tracewell::new();
    here.write("a.csv", transactions(0..100));
    here.clean(["import", "a.csv"]);
    let (path, mut bytes) = here
        .files("chains")
        .into_iter()
        .find(|(path, _)| path.ends_with("tx.id"))
        .expect("a column of ids");
    *bytes.last_mut().expect("it holds something") ^= 1;
    std::fs::write(here.path(&path.display().to_string()), bytes).expect("written");
    let run = here.run(["verify"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.stdout.contains("its checksum is not the one in the manifest"), "{run}");
    let sender = format!("0x{:040x}", 1);
    let run = here.run(["trace", sender.as_str()]);
    assert_eq!(run.code, 2, "no trace rests on damaged facts: {run}");
    assert!(run.stderr.contains("the values do not match their checksum"), "{run}");
    let manifest = here.data_dir().join("chains/ethereum/manifest");
    std::fs::write(&manifest, "tracewell-ledger 9 00\n{}").expect("written");
    let run = here.run(["doctor"]);
    assert_eq!(run.code, 1, "{run}");
    assert!(run.stdout.contains("broken: ") && run.stdout.contains("format version 9"), "{run}");
    let run = here.run(["import", "a.csv"]);
    assert_eq!(run.code, 2, "{run}");
    assert!(run.stderr.contains("hint: update tracewell"), "{run}");
}
