using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Client.Providers;

namespace SigningAuthority.Client.Names;

/// <summary><c>signctl name prove</c>: says what must stand where, and, if asked to wait, has it looked at until it is found.</summary>
internal static class ProveCommand
{
    private const string Description = """
        Proves that a name is yours, by a TXT record beside it or by a file on its web server. The first call says what must
        stand where; call it again, with --wait, once it stands there: the same challenge goes on. The record must stay:
        the name is looked at again before the proof ages out.
        """;

    public static Command Build()
    {
        var provider = new ProviderOptions();
        var name = new Argument<string>("NAME") { Description = "The name: telco.net, say." };
        var dns = new Option<bool>("--dns") { Description = "By a TXT record." };
        var http = new Option<bool>("--http") { Description = "By a file on the name's web server, port 80." };
        var subdomains = new Option<bool>("--subdomains") { Description = "With all names below it; --dns only." };
        var wait = RequestOptions.Wait();
        var command = new DocumentedCommand(
            "prove",
            Description,
            "signctl name prove telco.net --dns --subdomains",
            "signctl name prove telco.net --dns --subdomains --wait 300",
            "signctl name prove prov.telco.net --http --wait 60"
        )
        {
            name,
            dns,
            http,
            subdomains,
            wait,
        };
        provider.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(dns) == result.GetValue(http))
                result.AddError("say how: --dns or --http");
        });

        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var service = provider.Connect(parsed);
                var proof = new ProveName(service, TimeProvider.System);
                var (isNew, reply) = await proof.BeginAsync(
                    parsed.GetRequiredValue(name),
                    parsed.GetValue(http) ? "http" : "dns",
                    parsed.GetValue(subdomains),
                    cancellation
                );
                if (reply.Problem is { } problem)
                    return problem.Print(Console.Error);
                var challenge = reply.Parse<ChallengeStatus>();
                if (parsed.GetValue(wait) is not { } seconds || seconds == 0)
                    return NameReport.Print(reply, ExitCodes.Done);

                NameReport.Tell(challenge);
                var last = await Progress.ShowAsync(
                    $"waiting for {challenge.Record ?? challenge.Url}",
                    tell => proof.FollowAsync(challenge, isNew, TimeSpan.FromSeconds(seconds), tell, cancellation)
                );
                return NameReport.Print(last, ExitCodes.Pending);
            }
        );
        return command;
    }
}
