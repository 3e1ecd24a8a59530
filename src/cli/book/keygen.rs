//! `lettrage keygen`: a pair of keys, and reading the file that holds the private one.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::book::store;
use crate::cli::{Outcome, Talk};
use crate::error::{Error, ErrorKind};
use crate::sign::SecretKey;

/// A key file has about 120 bytes, and PEM allows words around it.
const LARGEST: u64 = 64 << 10;

/// Makes a pair of keys to sign approvals with
///
/// The private key goes into a new file that only its owner can read; it is never printed, and no book has it. The public key goes into
/// lettrage.toml, so that everybody can check whose signature it is. Ed25519 (RFC 8032); the file is PKCS#8, which OpenSSL reads.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: lettrage keygen -o ~/hleroy.key --as hleroy\nExit codes: 0 done; 2 wrong use, the file is there already."
)]
pub(in crate::cli) struct Args {
    /// File for the private key [default: lettrage/USER.key in the user's configuration folder]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Whose key it is [default: the user of the system]
    #[arg(long = "as", value_name = "USER")]
    who: Option<String>,
}

pub(in crate::cli) fn run(args: &Args, talk: Talk) -> Outcome {
    let at = super::At { folder: PathBuf::from("."), who: args.who.clone(), config: None };
    let who = at.who()?;
    let path = match &args.output {
        Some(path) => path.clone(),
        None => default_file(&who)?,
    };
    apart_from_books(&path)?;
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|e| no_randomness(&e.to_string()))?;
    let key = SecretKey::from_seed(seed);
    write_key(&path, &key)?;
    if !talk.quiet {
        let public = key.public();
        let name = toml::Value::String(who.clone());
        let shown = path.display();
        crate::cli::print(&format!(
            "private key  {shown}   (there is no other copy; whoever reads it can approve as {who})\n\
             public key   {public}\n\
             into lettrage.toml of the book, by whoever keeps the configuration:\n\n\
             [[control.approver]]\nname = {name}\nkey = \"{public}\"\n\n\
             then: lettrage approve --as {who} --key {shown}\n",
            who = crate::error::printable(&who)
        ))?;
    }
    Ok(0)
}

/// Where a key goes that nobody says a place for: never into the folder where one happens to be. Error: E0762.
fn default_file(who: &str) -> Result<PathBuf, Error> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = if cfg!(windows) {
        set("APPDATA")
    } else {
        set("XDG_CONFIG_HOME").filter(|path| path.is_absolute()).or_else(|| Some(set("HOME")?.join(".config")))
    };
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
    let folder = folder.filter(|_| who.chars().all(plain) && !who.starts_with('.'));
    let Some(folder) = folder else {
        let error = Error::new(ErrorKind::Usage, "E0762", "where is the private key to go?");
        return Err(error.help("-o FILE, in a folder that nobody else can read"));
    };
    let folder = folder.join("lettrage");
    std::fs::create_dir_all(&folder).map_err(|e| cannot_write(&folder, &e))?;
    Ok(folder.join(format!("{who}.key")))
}

/// A private key in the folder of a book would be read by whoever works in the book. Error: E0762.
fn apart_from_books(path: &Path) -> Result<(), Error> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let parent = std::fs::canonicalize(parent).unwrap_or_else(|_| parent.to_path_buf());
    match parent.ancestors().find(|folder| folder.join(store::FILE).exists()) {
        None => Ok(()),
        Some(folder) => {
            let error =
                Error::new(ErrorKind::Usage, "E0762", "a private key does not belong into the folder of a book");
            Err(error
                .in_file(path.display().to_string())
                .label(format!("{} is one: whoever works in it could sign with the key", folder.display()))
                .help("-o FILE, in a folder that nobody else can read"))
        }
    }
}

fn no_randomness(says: &str) -> Error {
    Error::new(ErrorKind::Io, "E0766", "the system gives no random numbers, and a key needs them")
        .label(says.to_string())
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Error {
    let shown = path.display().to_string();
    if error.kind() == std::io::ErrorKind::AlreadyExists {
        return Error::new(
            ErrorKind::Usage,
            "E0762",
            "there is a file already, and a key is never written over another",
        )
        .in_file(shown)
        .help("-o FILE  names another; take the old one away yourself if it is to go");
    }
    Error::new(ErrorKind::Io, "E0762", format!("the key cannot be written: {error}")).in_file(shown)
}

/// Writes a new file that only its owner can read. What could not be written whole is taken away again.
fn write_key(path: &Path, key: &SecretKey) -> Result<(), Error> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(|e| cannot_write(path, &e))?;
    let written = file.write_all(key.to_pem().as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|e| {
        // It is ours: it was not there before.
        let _ = std::fs::remove_file(path);
        cannot_write(path, &e)
    })
}

/// Reads a private key. Errors: E0760 for what cannot be read or is none, E0761 for a file that others can read.
pub(super) fn read_key(path: &Path) -> Result<SecretKey, Error> {
    let shown = path.display().to_string();
    let failed = |e: &std::io::Error| {
        Error::new(ErrorKind::Io, "E0760", format!("the key file cannot be read: {e}")).in_file(shown.clone())
    };
    let file = std::fs::File::open(path).map_err(|e| failed(&e))?;
    // Asked of the open file: what is read is what was looked at.
    private(&file.metadata().map_err(|e| failed(&e))?, &shown)?;
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes).map_err(|e| failed(&e))?;
    SecretKey::from_pem(&String::from_utf8_lossy(&bytes), &shown)
}

#[cfg(unix)]
fn private(metadata: &std::fs::Metadata, shown: &str) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode() & 0o777;
    if !metadata.is_file() || mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Usage, "E0761", "others than its owner can read or change this key file")
        .in_file(shown)
        .label(format!("its mode is {mode:04o}: a signature with it would not say who signed"))
        .help(format!("lettrage keygen  makes a new one; or, if nobody has read it:  chmod 600 {shown}")))
}

#[cfg(not(unix))]
fn private(_: &std::fs::Metadata, _: &str) -> Result<(), Error> {
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_system_without_random_numbers_makes_no_key() {
        let error = super::no_randomness("not supported");
        assert_eq!((error.code(), error.kind().exit_code()), ("E0766", 2));
    }
}
