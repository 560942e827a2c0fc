/// Why an archive can't be written or read.
public enum ZipProblem: Error, Hashable, Sendable {
    /// More files or bytes than the format, or whoever reads it, takes.
    case tooLarge
    /// It isn't a zip archive, or a part of it is missing or changed.
    case damaged
    /// It needs a password.
    case encrypted
    /// A name that would lead out of a folder, a link, or a name that comes twice: no honest archive has them.
    case unsafe
}
