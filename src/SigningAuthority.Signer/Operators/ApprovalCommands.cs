using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Storage.Approvals;

namespace SigningAuthority.Signer.Operators;

/// <summary>How a provider's requests are approved, where that differs from the policy's word.</summary>
internal static class ApprovalCommands
{
    private const string Policy = "Policy";

    public static Command Create(IConfiguration settings) =>
        new("approval", "Whether people approve a provider's requests.") { CreateSet(settings), CreateShow(settings) };

    private static Command CreateSet(IConfiguration settings)
    {
        var provider = new Argument<string>("provider") { Description = "The provider's name." };
        var generation = new Option<string[]>("--generation")
        {
            Description = "A server root's id (cisco-2k); repeat it. Without it, all of them.",
            AllowMultipleArgumentsPerToken = true,
        };
        var mode = new Option<string>("--mode")
        {
            Description = "Automatic, OneOfficer, TwoOfficers, or Policy for what ca-config/policies/policy.json says.",
            Required = true,
        };
        mode.AcceptOnlyFromAmong([.. Enum.GetNames<ApprovalMode>(), Policy]);
        var command = new Command(
            "set",
            """
            Says how requests for a generation are approved. It counts for requests from now on, and at the key: one that was queued with
            fewer approvals is refused there. Of a request's generations the strictest counts.

            Examples:
              operator approval set telco --generation cisco-2k --mode TwoOfficers
              operator approval set telco --mode Policy
            """
        )
        {
            provider,
            generation,
            mode,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var tenant = await session.ProviderAsync(parsed.GetRequiredValue(provider), cancellation);
                        var wanted =
                            parsed.GetRequiredValue(mode) is var text && text == Policy
                                ? (ApprovalMode?)null
                                : Enum.Parse<ApprovalMode>(text);
                        var modes = new ApprovalModes(session.Database);
                        foreach (var id in GenerationsOf(session, parsed.GetValue(generation) ?? []))
                        {
                            await modes.SetAsync(tenant, id, wanted, session.Actor, cancellation);
                            Console.WriteLine($"{tenant.Name} {id} {text}");
                        }
                    }
                )
        );
        return command;
    }

    private static Command CreateShow(IConfiguration settings)
    {
        var provider = new Argument<string>("provider") { Description = "The provider's name." };
        var command = new Command("show", "What counts for a provider now, generation by generation, and who said so.") { provider };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var tenant = await session.ProviderAsync(parsed.GetRequiredValue(provider), cancellation);
                        var configuration = SignerSettings.LoadConfiguration(session.Settings);
                        var policy = new ApprovalPolicy(configuration);
                        var set = (await new ApprovalModes(session.Database).ReadAsync([tenant.Id], cancellation)).ToDictionary(s =>
                            s.Generation
                        );
                        foreach (var id in ServerRoots(configuration))
                            Console.WriteLine(
                                set.TryGetValue(id, out var said) && said.Mode is { } mode
                                    ? $"{id} {mode} (set {said.At:yyyy-MM-dd} by {said.By})"
                                    : $"{id} {policy.ModeOf(id)} (policy)"
                            );
                    }
                )
        );
        return command;
    }

    private static IReadOnlyList<string> GenerationsOf(OperatorSession session, string[] named)
    {
        var known = ServerRoots(SignerSettings.LoadConfiguration(session.Settings));
        return Array.Find(named, id => !known.Contains(id)) is { } unknown
                ? throw new OperatorException($"'{unknown}' is no server root; there are {string.Join(", ", known)}.")
            : named.Length == 0 ? known
            : named;
    }

    private static List<string> ServerRoots(AuthorityConfiguration configuration) =>
        [
            .. configuration
                .Authorities.Where(authority => authority.Purpose == AuthorityPurpose.ServerRoot)
                .Select(authority => authority.Id),
        ];
}
