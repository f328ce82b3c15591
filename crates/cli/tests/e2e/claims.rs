//! Tags, actors, lists and incidents.

use crate::tracewell::Tracewell;

const PACK: &str = "
title: Example
creator: Somebody
currency: ETH
category: exchange
confidence: service_data
source: https://example.org
lastmod: '2024-01-01'
tags:
- address: '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'
  label: Volga
  actor: volga
- address: '0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'
  label: mistyped
";

const ACTORS: &str = "
title: Parties
creator: Somebody
lastmod: '2024-01-01'
actors:
- id: volga
  label: Volga Exchange
  uri: volga.example
  categories:
  - exchange
  jurisdictions:
  - RU
- id: fog
  label: Fog
  uri: fog.example
  categories:
  - mixing_service
  jurisdictions: []
";

const LABELS: &str = r#"{"0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed": {"name": "Meridian: Hot", "labels": ["exchange", "fog"]}}"#;

fn with_files_of_every_kind() -> Tracewell {
    let here = Tracewell::new();
    here.write("packs/a.yaml", PACK);
    here.write("packs/deep/actors.yaml", ACTORS);
    here.write("packs/header.yaml", "title: a header for others\n");
    here.write("etherscan.json", LABELS);
    here.write(
        "ofac_2024-01-01.csv",
        "asset,address,names\nETH,0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed,DOE\n",
    );
    here
}

#[test]
fn files_of_every_kind_are_told_apart() {
    let here = with_files_of_every_kind();
    insta::assert_snapshot!(
        here.run(["tags", "import", "packs", "etherscan.json", "ofac_2024-01-01.csv"]), @r#"
        file                 kind       rows  new  unchanged  rejected
        a.yaml               tagpack       2    1          0         1
        actors.yaml          actorpack     2    2          0         0
        etherscan.json       explorer      1    1          0         0
        ofac_2024-01-01.csv  ofac-csv      1    1          0         0

        4 files: 6 rows, 5 new, 0 unchanged, 1 rejected
        -- stderr
        warning: a.yaml: 1 not taken
          tags[1]: 0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed: EIP-55 checksum is wrong: the case of the letters says another address (expected 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed)
        passed over: packs/header.yaml: no pack
        -- exit 0
        "#);
    insta::assert_snapshot!(here.run(["tags", "list"]), @r#"
        kind       source               statements
        actorpack  actors                        2
        explorer   etherscan                     1
        list       ofac-sdn 2024-01-01           1
        tagpack    a                             1

        4 sources, 5 statements
        -- exit 0
        "#);
    insta::assert_snapshot!(here.run(["tags", "conflicts"]), @r#"
        network   address                                     source     label          actor  role     confidence
        ethereum  0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed  a          Volga          volga  service  service_data
        ethereum  0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed  etherscan  Meridian: Hot  fog    service  web_crawl

        1 address
        -- exit 0
        "#);
}

#[test]
fn actors_are_listed_and_shown() {
    let here = with_files_of_every_kind();
    here.clean(["tags", "import", "packs"]);
    insta::assert_snapshot!(here.run(["actors", "list", "--jurisdiction", "ru"]), @r#"
        actor  name            categories  countries
        volga  Volga Exchange  exchange    RU

        1 actor
        -- exit 0
        "#);
    insta::assert_snapshot!(here.run(["actors", "show", "volga"]), @r#"
        Volga Exchange

        actor         volga
        site          volga.example
        categories    exchange
        countries     RU
        concepts      exchange
        described by  actors
        -- exit 0
        "#);
    insta::assert_snapshot!(here.run(["actors", "show", "vol"]), @r#"
        -- stderr
        error: no actor is called "vol"; there is volga

        hint: `tracewell doctor` shows what is here and what is missing
        -- exit 2
        "#);
    insta::assert_snapshot!(here.run(["actors", "list", "--category", "exchanges"]), @r#"
        -- stderr
        error: unknown category "exchanges"
        -- exit 2
        "#);
}

#[test]
fn a_refused_file_stops_no_other() {
    let here = Tracewell::new();
    // Nine lists of nine lists of nine lists…: 250 bytes that ask for 30 thousand million words.
    let mut bomb = format!("{ACTORS}  context:\n    a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..11 {
        let below = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("    a{level}: &a{level} [{below}]\n"));
    }
    here.write("bomb.yaml", bomb);
    here.write("word.yaml", PACK.replace("category: exchange", "category: exchanges"));
    here.write("away.yaml", PACK.replace("title: Example", "title: !include ../../secret"));
    here.write("list.csv", "asset,address\nETH,0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed\n");
    here.write("other.csv", "a,b\n1,2\n");
    here.write("good.yaml", PACK);
    insta::assert_snapshot!(
        here.run([
            "tags", "import", "bomb.yaml", "word.yaml", "away.yaml", "list.csv", "other.csv",
            "absent.yaml", "good.yaml",
        ]), @r#"
        file       kind     rows  new  unchanged  rejected
        good.yaml  tagpack     2    1          0         1

        1 file: 2 rows, 1 new, 0 unchanged, 1 rejected; 6 files refused
        -- stderr
        warning: good.yaml: 1 not taken
          tags[1]: 0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed: EIP-55 checksum is wrong: the case of the letters says another address (expected 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed)
        error: bomb.yaml: budget breached: RecordedAnchorEvents { recorded_anchor_events: 100001 } at line 20, column 38 (defined at line 24, column 13) (used at line 25, column 14)
        error: word.yaml: tags[0]: unknown category "exchanges"; did you mean "exchange"?
        error: away.yaml: !include ../../secret: it lies outside the folder of the file that names it
        error: list.csv: a list needs the day of its edition: give it, or put YYYY-MM-DD in the name
        error: other.csv: neither a pack (YAML), an explorer's labels (JSON) nor a known list; columns: a, b
        error: absent.yaml: No such file or directory (os error 2)
        -- exit 2
        "#);
    here.clean(["tags", "ofac", "list.csv", "--date", "2024-01-01"]);
}

#[test]
fn nothing_there_yet() {
    let here = Tracewell::new();
    insta::assert_snapshot!(here.run(["tags", "list"]), @r#"
        -- stderr
        error: [folder]/data: no tags yet

        hint: `tracewell doctor` shows what is here and what is missing
        -- exit 2
        "#);
    insta::assert_snapshot!(here.run(["incidents", "show", "x"]), @r#"
        -- stderr
        error: [folder]/data: no incidents yet

        hint: `tracewell doctor` shows what is here and what is missing
        -- exit 2
        "#);
    insta::assert_snapshot!(here.run(["verify"]), @r#"
        nothing is stored yet
        -- exit 0
        "#);
    assert!(!here.data_dir().exists(), "a question makes no folder");
}

#[test]
fn incidents_from_files_and_feeds() {
    let here = Tracewell::new();
    here.write(
        "thefts.toml",
        "[[incident]]\nid = \"harbour-2024\"\nname = \"Harbour Bridge\"\ndate = \"2024-03-01\"\nvictim = \"Harbour\"\nchains = [\"ethereum\"]\nloss_usd = \"40000000\"\nsource = \"me\"\n\n[[incident.seeds]]\nchain = \"ethereum\"\naddress = \"0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed\"\namount = \"12000\"\n\n[[incident.attributions]]\ngroup = \"Fog\"\nsource = \"police\"\n",
    );
    here.write(
        "feed.csv",
        "victim,amount_usd_as_stated,attributed_by\nShop,1000,\"joint statement 2025-01-14\"\n",
    );
    here.write("nonsense.toml", "[[incident]]\nid = 7\n");
    insta::assert_snapshot!(
        here.run(["incidents", "import", "thefts.toml", "feed.csv", "nonsense.toml"]), @r#"
        file         kind       rows  new  unchanged  rejected
        thefts.toml  incidents     1    1          0         0
        feed.csv     official      1    1          0         0

        2 files: 2 rows, 2 new, 0 unchanged, 0 rejected; 1 file refused
        -- stderr
        error: nonsense.toml: TOML parse error at line 2, column 6
          |
        2 | id = 7
          |      ^
        invalid type: integer `7`, expected a string
        -- exit 2
        "#);
    insta::assert_snapshot!(here.run(["incidents", "list"]), @r#"
        incident                  date        name                 loss USD  seeds  put on
        harbour-2024              2024-03-01  Harbour Bridge  40,000,000.00      1  Fog
        official-2025-01-14-shop  2025-01-14  Shop                 1,000.00      0  DPRK

        2 incidents
        -- exit 0
        "#);
    insta::assert_snapshot!(here.run(["incidents", "list", "--seeded", "--format", "md"]), @r#"
        | incident | date | name | loss USD | seeds | put on |
        | --- | --- | --- | ---: | ---: | --- |
        | harbour-2024 | 2024-03-01 | Harbour Bridge | 40,000,000.00 | 1 | Fog |

        1 incident
        -- exit 0
        "#);
    insta::assert_snapshot!(here.run(["incidents", "show", "harbour-2024"]), @r#"
        Harbour Bridge

        incident   harbour-2024
        date       2024-03-01
        victim     Harbour
        chains     ethereum
        loss, USD  40,000,000.00
        source     me

        seed     chain     what                                        limits
        address  ethereum  0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed  12000

        put on  by
        Fog     police

        1 seed on ethereum states 12,000 ETH.
        -- exit 0
        "#);
}
