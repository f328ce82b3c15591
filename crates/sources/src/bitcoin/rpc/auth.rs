//! How we say who we are.

use std::{
    fmt,
    fs::File,
    io::{self, Read},
    path::PathBuf,
};

use base64::{Engine, engine::general_purpose::STANDARD};

use super::RpcError;

/// A node writes 75 bytes; a file beyond this is not a cookie.
const COOKIE_BYTES_MAX: u64 = 1_024;

/// A user that the node knows.
#[derive(Clone, PartialEq, Eq)]
pub enum Auth {
    /// The file `.cookie` in the node's data directory, which changes with every start of the node.
    Cookie(PathBuf),
    /// `rpcuser` and `rpcpassword` of its configuration, or those that `rpcauth` was made of.
    User {
        /// Name.
        name: String,
        /// Password.
        password: String,
    },
}

impl Auth {
    /// The value of the header `Authorization`. The cookie is read anew each time: the node may
    /// have been started again.
    pub(super) fn header(&self) -> Result<String, RpcError> {
        let pair = match self {
            Auth::User { name, password } => format!("{name}:{password}"),
            Auth::Cookie(file) => read_cookie(file)
                .map_err(|source| RpcError::Cookie { file: file.clone(), source })?,
        };
        Ok(format!("Basic {}", STANDARD.encode(pair)))
    }
}

fn read_cookie(file: &PathBuf) -> io::Result<String> {
    let mut text = String::new();
    File::open(file)?.take(COOKIE_BYTES_MAX).read_to_string(&mut text)?;
    let text = text.trim_end();
    // A file that the node has just created is still empty.
    if text.contains(':') && text.chars().all(|letter| !letter.is_control()) {
        Ok(text.to_owned())
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidData, "not a cookie of a node: no user:password"))
    }
}

impl fmt::Debug for Auth {
    /// Without what is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Auth::Cookie(file) => f.debug_tuple("Cookie").field(file).finish(),
            Auth::User { name, .. } => f.debug_struct("User").field("name", name).finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn user_and_password_are_encoded_and_never_shown() {
        let auth = Auth::User { name: "Aladdin".into(), password: "open sesame".into() };
        // The example of RFC 7617.
        assert_eq!(auth.header().expect("no file"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert!(!format!("{auth:?}").contains("sesame"));
    }

    #[test]
    fn a_cookie_is_read_each_time_and_nothing_else_is_taken_for_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(".cookie");
        let auth = Auth::Cookie(file.clone());
        let error = auth.header().expect_err("no such file").to_string();
        assert!(error.starts_with(&file.display().to_string()), "{error}");
        fs::write(&file, "Aladdin:open sesame").expect("written");
        assert_eq!(auth.header().expect("a cookie"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        for text in ["", "no colon", "a:b\nX-Other: 1\n", "\u{0}:"] {
            fs::write(&file, text).expect("written");
            assert!(matches!(auth.header(), Err(RpcError::Cookie { .. })), "{text:?}");
        }
    }
}
