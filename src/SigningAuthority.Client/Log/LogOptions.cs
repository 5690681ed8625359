using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;

namespace SigningAuthority.Client.Log;

/// <summary>Where the log is: the same argument and options on every command that reads it.</summary>
internal sealed class LogOptions
{
    private readonly Argument<string?> _log = new("LOG")
    {
        Description = "The log's address (https://host/log) or a folder with its files. [env: SA_URL, with /log]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _caCertificate = EnvironmentDefault.Option(
        "--cacert",
        "SA_CACERT",
        "PEM file with the root(s) to trust for the address; without it the system's roots."
    );

    private readonly Option<string?> _token = EnvironmentDefault.Option(
        "--token",
        "SA_AUDITOR_TOKEN",
        "An auditor's bearer token, where the entries themselves are not public. Better in the environment."
    );

    public void AddTo(Command command)
    {
        command.Arguments.Add(_log);
        command.Options.Add(_caCertificate);
        command.Options.Add(_token);
    }

    /// <exception cref="InvalidInputException">There is no such folder, or no place was named at all.</exception>
    public LogFiles Open(ParseResult parsed)
    {
        var text = parsed.GetValue(_log) ?? FromService();
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.IsFile)
            return Directory.Exists(text) ? new LogFolder(text) : throw new InvalidInputException($"{text}: no such folder.");

        if (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
            throw new InvalidInputException($"'{text}' is neither an https address nor a folder.");
        var path = address.AbsolutePath.TrimEnd('/');
        var log = new Uri(address, (path.Length == 0 ? "/log" : path) + "/");
        var service = new ServiceAddress(log, EnvironmentDefault.Read(parsed, _caCertificate, "SA_CACERT"));

        // The files prove themselves, so a mirror may be plain HTTP; a token would be there for everybody to read.
        var token = log.Scheme == Uri.UriSchemeHttps ? EnvironmentDefault.Read(parsed, _token, "SA_AUDITOR_TOKEN") : null;
        var connection = token is null
            ? ServiceConnection.ForAnybody(service, ServedLog.LargestFile)
            : ServiceConnection.ForBearer(service, token, ServedLog.LargestFile);
        return new ServedLog(connection, log);
    }

    private static string FromService() =>
        Environment.GetEnvironmentVariable("SA_URL") is { Length: > 0 } url
            ? url.TrimEnd('/') + "/log"
            : throw new InvalidInputException("say where the log is (an address or a folder), or set SA_URL.");
}
