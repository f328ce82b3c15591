//! A Rust file as a flat list of tokens: strings, comments and raw strings are the lexer's worry,
//! and what stands inside a macro call is seen as well.

use std::iter::Peekable;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// One token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// As it is written; delimiters of groups are tokens of their own. Literals are empty.
    pub(super) text: String,
    /// Its line, from 1.
    pub(super) line: usize,
    /// Whether only a test build has it.
    pub(super) test: bool,
}

/// A path such as `std::env::var`, written out or put together from a `use` tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PathUse {
    pub(super) segments: Vec<String>,
    pub(super) line: usize,
    pub(super) test: bool,
}

/// A function with a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) line: usize,
    /// From the word `fn` to the closing brace, both counted.
    pub(super) lines: usize,
}

/// A declaration `mod name;`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ModDeclaration {
    /// The inline modules it stands in, then its own name.
    pub(super) path: Vec<String>,
    pub(super) test: bool,
}

/// A Rust file.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) path: &'a str,
    pub(super) text: &'a str,
    /// The lexer's complaint, where the file is no Rust.
    pub(super) unreadable: Option<String>,
    pub(super) tokens: Vec<Token>,
    pub(super) functions: Vec<Function>,
    pub(super) modules: Vec<ModDeclaration>,
    imports: Vec<PathUse>,
}

type Trees = Peekable<proc_macro2::token_stream::IntoIter>;

impl<'a> Source<'a> {
    pub(super) fn read(path: &'a str, text: &'a str) -> Source<'a> {
        let mut source = Source {
            path,
            text,
            unreadable: None,
            tokens: Vec::new(),
            functions: Vec::new(),
            modules: Vec::new(),
            imports: Vec::new(),
        };
        match text.parse::<TokenStream>() {
            Ok(stream) => source.walk(stream, &mut Vec::new(), false),
            Err(why) => source.unreadable = Some(why.to_string()),
        }
        source
    }

    /// The folder of `crates` that it lies in.
    pub(super) fn crate_name(&self) -> Option<&'a str> {
        self.path.strip_prefix("crates/")?.split('/').next()
    }

    fn walk(&mut self, stream: TokenStream, inside: &mut Vec<String>, test: bool) {
        let mut trees = stream.into_iter().peekable();
        // Set by `#[cfg(test)]`, until the item that it belongs to ends.
        let mut test_item = false;
        while let Some(tree) = trees.next() {
            let test = test || test_item;
            match tree {
                TokenTree::Group(group) => {
                    if is_cfg_test(&group) {
                        test_item = true;
                    }
                    let body = group.delimiter() == Delimiter::Brace;
                    self.group(&group, inside, test);
                    if body {
                        test_item = false;
                    }
                }
                TokenTree::Ident(ident) => {
                    let text = ident.to_string();
                    let line = ident.span().start().line;
                    self.tokens.push(Token { text: text.clone(), line, test });
                    match text.as_str() {
                        "fn" => self.function(&trees, line),
                        "mod" => test_item &= !self.module(&mut trees, inside, test),
                        "use" => self.import(&trees, line, test),
                        _ => {}
                    }
                }
                TokenTree::Punct(punct) => {
                    let line = punct.span().start().line;
                    self.tokens.push(Token { text: punct.as_char().to_string(), line, test });
                    if punct.as_char() == ';' {
                        test_item = false;
                    }
                }
                TokenTree::Literal(literal) => {
                    let line = literal.span().start().line;
                    self.tokens.push(Token { text: String::new(), line, test });
                }
            }
        }
    }

    fn group(&mut self, group: &proc_macro2::Group, inside: &mut Vec<String>, test: bool) {
        let (open, close) = match group.delimiter() {
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::None => ("", ""),
        };
        let line = group.span_open().start().line;
        self.tokens.push(Token { text: open.to_owned(), line, test });
        self.walk(group.stream(), inside, test);
        let line = group.span_close().end().line;
        self.tokens.push(Token { text: close.to_owned(), line, test });
    }

    /// After `fn`: a name and, before any `;`, a body.
    fn function(&mut self, rest: &Trees, line: usize) {
        let mut rest = rest.clone();
        let Some(TokenTree::Ident(name)) = rest.next() else { return };
        for tree in rest {
            match tree {
                TokenTree::Punct(punct) if punct.as_char() == ';' => return,
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                    let end = group.span_close().end().line;
                    let lines = end + 1 - line;
                    self.functions.push(Function { name: name.to_string(), line, lines });
                    return;
                }
                _ => {}
            }
        }
    }

    /// After `mod`: `name;` is noted, `name { … }` is walked here because its name is needed.
    /// Returns whether the item has ended with that.
    fn module(&mut self, rest: &mut Trees, inside: &mut Vec<String>, test: bool) -> bool {
        let mut ahead = rest.clone();
        let Some(TokenTree::Ident(name)) = ahead.next() else { return false };
        match ahead.next() {
            Some(TokenTree::Punct(punct)) if punct.as_char() == ';' => {
                let path = inside.iter().cloned().chain([name.to_string()]).collect();
                self.modules.push(ModDeclaration { path, test });
                false
            }
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                inside.push(name.to_string());
                self.group(&group, inside, test);
                inside.pop();
                *rest = ahead;
                true
            }
            _ => false,
        }
    }

    /// After `use`: the tree up to the `;`, one path for each leaf.
    fn import(&mut self, rest: &Trees, line: usize, test: bool) {
        let tree = rest
            .clone()
            .take_while(|tree| !matches!(tree, TokenTree::Punct(punct) if punct.as_char() == ';'));
        let mut leaves = Vec::new();
        leaves_of(tree.collect(), &[], &mut leaves);
        let leaf = |segments| PathUse { segments, line, test };
        self.imports.extend(leaves.into_iter().map(leaf));
    }

    /// Every path in the file: those of `use` trees in full, then those written out.
    pub(super) fn paths(&self) -> Vec<PathUse> {
        let mut paths = self.imports.clone();
        let mut at = 0;
        while at < self.tokens.len() {
            let start = &self.tokens[at];
            at += 1;
            if !is_word(&start.text) {
                continue;
            }
            let mut segments = vec![start.text.clone()];
            while let [first, second, next, ..] = &self.tokens[at..] {
                if (first.text.as_str(), second.text.as_str()) != (":", ":") || !is_word(&next.text)
                {
                    break;
                }
                segments.push(next.text.clone());
                at += 3;
            }
            paths.push(PathUse { segments, line: start.line, test: start.test });
        }
        paths
    }

    /// Calls of macros: the name, and where.
    pub(super) fn macro_calls(&self) -> impl Iterator<Item = &Token> {
        self.tokens
            .windows(2)
            .filter(|pair| is_word(&pair[0].text) && pair[1].text == "!")
            .map(|pair| &pair[0])
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

/// `[cfg(test)]` or `[cfg(all(test, …))]`, without the `#` before it.
fn is_cfg_test(group: &proc_macro2::Group) -> bool {
    if group.delimiter() != Delimiter::Bracket {
        return false;
    }
    let text: String = group.stream().to_string().split_whitespace().collect();
    text == "cfg(test)" || text.starts_with("cfg(all(test,")
}

fn leaves_of(tree: Vec<TokenTree>, prefix: &[String], leaves: &mut Vec<Vec<String>>) {
    let mut path = prefix.to_vec();
    let mut grouped = false;
    let mut skip_alias = false;
    for token in tree {
        match token {
            // The name behind `as` is not part of the path.
            TokenTree::Ident(ident) if ident == "as" => skip_alias = true,
            TokenTree::Ident(_) if skip_alias => skip_alias = false,
            TokenTree::Ident(ident) => path.push(ident.to_string()),
            TokenTree::Group(group) => {
                leaves_of(group.stream().into_iter().collect(), &path, leaves);
                grouped = true;
            }
            TokenTree::Punct(punct) if punct.as_char() == ',' => {
                if !grouped && path.len() > prefix.len() {
                    leaves.push(path);
                }
                path = prefix.to_vec();
                grouped = false;
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    if !grouped && path.len() > prefix.len() {
        leaves.push(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(text: &str) -> Vec<String> {
        Source::read("a.rs", text).paths().iter().map(|path| path.segments.join("::")).collect()
    }

    #[test]
    fn use_trees_are_written_out() {
        let found = paths("use std::{env::{self, var as v}, fs, time::*};");
        for path in ["std::env::self", "std::env::var", "std::fs", "std::time"] {
            assert!(found.contains(&path.to_owned()), "{path} in {found:?}");
        }
    }

    #[test]
    fn strings_and_comments_are_no_code_and_macro_arguments_are() {
        let source = Source::read(
            "a.rs",
            "// std::env\nconst A: &str = r#\"} fn b() { std::env\"#;\nfn c() { p!(x::y()) }",
        );
        assert_eq!(source.unreadable, None);
        let found: Vec<String> =
            source.paths().iter().map(|path| path.segments.join("::")).collect();
        assert!(found.contains(&"x::y".to_owned()));
        assert!(!found.contains(&"std::env".to_owned()));
        let names: Vec<&str> = source.functions.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["c"]);
    }

    #[test]
    fn code_for_tests_is_told_apart() {
        let source = Source::read(
            "a.rs",
            "#[cfg(test)] mod far;\nfn a() { one() }\n#[cfg(test)]\nmod near { fn b() { two() } }\n\
             fn c() { three() }",
        );
        let test = |name: &str| {
            source.tokens.iter().find(|token| token.text == name).map(|token| token.test)
        };
        assert_eq!(
            (test("one"), test("two"), test("three")),
            (Some(false), Some(true), Some(false))
        );
        assert_eq!(source.modules, [ModDeclaration { path: vec!["far".into()], test: true }]);
    }
}
