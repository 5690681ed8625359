using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Client.Log;

/// <summary>
/// The log's public key, which is never taken from where the log is: whoever could alter the one could alter the other.
/// </summary>
internal sealed class LogKeyOptions(string name = "--key")
{
    private readonly Option<string?> _key = EnvironmentDefault.Option(
        name,
        "SA_LOG_KEY",
        "File with the log's public key: its verifier key (one line, name+id+key), or PEM with --origin."
    );

    private readonly Option<string?> _origin = new("--origin")
    {
        Description = "The log's name, where the key is PEM and does not say it.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_key);
        command.Options.Add(_origin);
    }

    /// <exception cref="InvalidInputException">No file is named, or it holds no such key.</exception>
    public NoteKey Read(ParseResult parsed) =>
        NoteKeyFile.Read(EnvironmentDefault.Require(parsed, _key, "SA_LOG_KEY"), parsed.GetValue(_origin));
}
