using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Client.Providers;

/// <summary><c>signctl revoke</c>: a request's certificates, one certificate of one's own, or the one whose private key is at hand.</summary>
internal static class RevokeCommand
{
    public static Command Build()
    {
        var provider = new ProviderOptions();
        var id = new Argument<string?>("id") { Description = "The request's id.", Arity = ArgumentArity.ZeroOrOne };
        var reason = new Option<string>("--reason")
        {
            Description = string.Join(", ", RevocationReasonNames.OfHolders) + ".",
            Required = true,
        };
        reason.AcceptOnlyFromAmong([.. RevocationReasonNames.OfHolders]);
        var generations = new Option<string[]>("--generation")
        {
            Description = "With an id: only the certificate of this generation; repeat it. Without any: all of the request's.",
        };
        var authority = new Option<string?>("--authority")
        {
            Description = "Instead of an id: the certificate's issuer, with --serial-number.",
        };
        var number = new Option<string?>("--serial-number") { Description = "The certificate's, hexadecimal." };
        var certificate = new Option<string?>("--certificate")
        {
            Description = "Instead of an id: the certificate, PEM. With --key no token is needed: having the key is proof.",
        };
        var key = new Option<string?>("--key") { Description = "The certificate's private key, PEM, not encrypted. It is never sent." };
        var note = new Option<string?>("--note") { Description = "Your own words, kept in the log." };
        var command = new DocumentedCommand(
            "revoke",
            "Revokes certificates, for good: effective in OCSP when this returns, in the revocation lists within a minute.",
            "signctl revoke 0193480c-7a00-7000-8000-5f3c2b1a0d9e --reason keyCompromise",
            "signctl revoke 0193480c-7a00-7000-8000-5f3c2b1a0d9e --reason cessationOfOperation --generation sipura --note decommissioned",
            "signctl revoke --authority sipura --serial-number 4C01A2B3C4D5E6F708192A3B4C5D6E7F --reason superseded",
            "signctl revoke --certificate device.crt --key device.key --reason keyCompromise"
        )
        {
            id,
            reason,
            generations,
            authority,
            number,
            certificate,
            key,
            note,
        };
        provider.AddTo(command);

        command.SetAction(
            async (parsed, cancellation) =>
            {
                var why = parsed.GetRequiredValue(reason);
                if (parsed.GetValue(certificate) is { } file)
                    return await RevokeByKey.RunAsync(
                        provider.Address(parsed),
                        file,
                        parsed.GetValue(key)
                            ?? throw new InvalidInputException("--certificate needs --key: the certificate alone proves nothing."),
                        why,
                        cancellation
                    );

                using var service = provider.Connect(parsed);
                var reply = parsed.GetValue(number) is { } serial
                    ? await service.PostJsonAsync(
                        "/api/v1/provider/revocations",
                        new
                        {
                            authority = parsed.GetValue(authority),
                            serialNumber = serial,
                            reason = why,
                            note = parsed.GetValue(note),
                        },
                        cancellation
                    )
                    : await service.PostJsonAsync(
                        $"/api/v1/provider/requests/{ReadId(parsed.GetValue(id))}/revocation",
                        new
                        {
                            reason = why,
                            generations = parsed.GetValue(generations) is { Length: > 0 } some ? some : null,
                            note = parsed.GetValue(note),
                        },
                        cancellation
                    );
                return JsonReport.Print(reply);
            }
        );
        return command;
    }

    private static SigningRequestId ReadId(string? text) =>
        RequestOptions.ParseId(
            text ?? throw new InvalidInputException("name a request's id, --authority and --serial-number, or --certificate and --key.")
        );
}
