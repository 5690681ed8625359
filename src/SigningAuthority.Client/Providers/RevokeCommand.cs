using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Certificates;

namespace SigningAuthority.Client.Providers;

/// <summary><c>signctl revoke</c>: asks for the revocation of a request's certificates.</summary>
internal static class RevokeCommand
{
    public static Command Build()
    {
        var provider = new ProviderOptions();
        var id = RequestOptions.Id();
        var reason = new Option<string>("--reason") { Description = string.Join(", ", RevocationReasonNames.All) + ".", Required = true };
        reason.AcceptOnlyFromAmong([.. RevocationReasonNames.All]);
        var generations = new Option<string[]>("--generation")
        {
            Description = "Only the certificate of this generation; repeat it. Without any: all of the request's.",
        };
        var note = new Option<string?>("--note") { Description = "Your own words, kept in the log." };
        var command = new DocumentedCommand(
            "revoke",
            "Asks for the revocation of certificates, for good. It is recorded and shown to the operator; take them off your servers yourself.",
            "signctl revoke 0193480c-7a00-7000-8000-5f3c2b1a0d9e --reason keyCompromise",
            "signctl revoke 0193480c-7a00-7000-8000-5f3c2b1a0d9e --reason cessationOfOperation --generation sipura --note decommissioned"
        )
        {
            id,
            reason,
            generations,
            note,
        };
        provider.AddTo(command);

        command.SetAction(
            async (parsed, cancellation) =>
            {
                var request = RequestOptions.ParseId(parsed.GetRequiredValue(id));
                using var service = provider.Connect(parsed);
                var reply = await service.PostJsonAsync(
                    $"/api/v1/provider/requests/{request}/revocation",
                    new
                    {
                        reason = parsed.GetRequiredValue(reason),
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
}
