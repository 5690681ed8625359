using System.CommandLine;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Connections;

/// <summary>Where the service is and how to trust it: the same options on every command that talks to it.</summary>
internal sealed class ServiceOptions
{
    private readonly Option<string?> _url = EnvironmentDefault.Option("--url", "SA_URL", "Address of the service, https://host[:port].");
    private readonly Option<string?> _caCertificate = EnvironmentDefault.Option(
        "--cacert",
        "SA_CACERT",
        "PEM file with the root(s) to trust for --url; without it the system's roots."
    );

    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_caCertificate);
    }

    public ServiceAddress Read(ParseResult parsed)
    {
        var text = EnvironmentDefault.Require(parsed, _url, "SA_URL");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttps)
            throw new InvalidInputException($"'{text}' is not an https address.");
        return new ServiceAddress(url, EnvironmentDefault.Read(parsed, _caCertificate, "SA_CACERT"));
    }
}

internal sealed record ServiceAddress(Uri Url, string? CaCertificateFile);
