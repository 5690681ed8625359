using System.CommandLine;
using SigningAuthority.Client.Connections;

namespace SigningAuthority.Client.Providers;

/// <summary>The service's address and the provider's token.</summary>
internal sealed class ProviderOptions
{
    private readonly ServiceOptions _service = new();
    private readonly Option<string?> _token = EnvironmentDefault.Option(
        "--token",
        "SA_PROVIDER_TOKEN",
        "The provider's access token. Prefer the variable: other users of the machine can see command lines."
    );

    public void AddTo(Command command)
    {
        _service.AddTo(command);
        command.Options.Add(_token);
    }

    public ServiceAddress Address(ParseResult parsed) => _service.Read(parsed);

    public ServiceConnection Connect(ParseResult parsed) =>
        ServiceConnection.ForBearer(_service.Read(parsed), EnvironmentDefault.Require(parsed, _token, "SA_PROVIDER_TOKEN"));
}
