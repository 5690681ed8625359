using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Issuance.Revocations;
using SigningAuthority.Signer.Keys;
using SigningAuthority.Signer.Lanes;
using SigningAuthority.Signer.Operators;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.Roots;

namespace SigningAuthority.Signer.Ceremony;

/// <summary>The commands <c>ceremony cross</c> and <c>ceremony revoke-cross</c>.</summary>
internal static class CrossCommand
{
    public static Command Create(
        IConfiguration configuration,
        Func<IConfiguration, AuthorityConfiguration> load,
        Func<IConfiguration, Npgsql.NpgsqlDataSource> open
    )
    {
        var older = new Argument<string>("OLD") { Description = "Id of a root." };
        var newer = new Argument<string>("NEW") { Description = "Id of a root that succeeds it." };
        var folder = new Option<string>("--out")
        {
            Description = "Folder for the two certificates.",
            HelpName = "DIR",
            Required = true,
        };
        var oldWithNew = new Option<bool>("--old-with-new")
        {
            Description =
                "From its day on NEW certifies OLD too: for who knows the new root alone and meets old devices. Revoke it (revoke-cross) when OLD's key is lost.",
        };
        var by = new Option<string?>("--confirmed-by")
        {
            Description = "Who has confirmed it, in place of the question at the terminal.",
            HelpName = "NAME",
        };
        var command = new Command(
            "cross",
            """
            Lets a root certify the next generation, so that who knows the old one accepts what the new one signs; with --old-with-new the other
            way round too. Both need the same subject; a retired root is refused. Makes nothing twice; run again after an interruption.
            The certificates name the issuer's list and OCSP below Publication:Address, by which software hears of their revocation.

            Example:
              ceremony cross client client-2 --out crosses
              openssl verify -CAfile spacroot.crt -untrusted crosses/client-client-2-cross.pem device.crt

            Exit status: 0 done; 1 refused; 2 a fault of token or database: run it again.
            """
        )
        {
            older,
            newer,
            oldWithNew,
            folder,
            by,
        };
        command.SetAction(
            (result, cancel) =>
                CeremonyOutcome.ReportAsync(
                    Console.Error,
                    async () =>
                    {
                        await using var database = open(configuration);
                        using var keys = OpenKeyStore.From(configuration);
                        var cross = new CrossCertify(
                            load(configuration),
                            new Authorities(database),
                            new CrossCertificates(database),
                            new RootManifests(database),
                            keys,
                            PublicationAddressSetting.From(configuration),
                            TimeProvider.System,
                            Console.Out,
                            OperatorSession.ActorOf(configuration)
                        );
                        await cross.RunAsync(
                            result.GetRequiredValue(older),
                            result.GetRequiredValue(newer),
                            result.GetValue(oldWithNew),
                            plan => Confirm(plan, result.GetValue(by)),
                            result.GetRequiredValue(folder),
                            cancel
                        );
                        return 0;
                    }
                )
        );
        return command;
    }

    public static Command CreateRevoke(IConfiguration configuration, Func<IConfiguration, Npgsql.NpgsqlDataSource> open)
    {
        var issuer = new Argument<string>("ISSUER") { Description = "Id of the root that signed it." };
        var subject = new Argument<string>("SUBJECT") { Description = "Id of the root that it certifies." };
        var reason = new Option<string>("--reason")
        {
            Description = "cACompromise unless given.",
            HelpName = "REASON",
            DefaultValueFactory = _ => RevocationReason.CaCompromise.Name(),
        };
        reason.AcceptOnlyFromAmong(
            RevocationReason.CaCompromise.Name(),
            RevocationReason.Superseded.Name(),
            RevocationReason.CessationOfOperation.Name()
        );
        var by = new Option<string[]>("--confirmed-by")
        {
            Description = "Who has confirmed it: two different people, each with the option.",
            HelpName = "NAME",
            Required = true,
        };
        var command = new Command(
            "revoke-cross",
            """
            Puts a cross-certificate on its issuer's revocation lists, for good; OCSP says so at once. Needs no key. Two people confirm it.

            Example:
              ceremony revoke-cross client-2 client --confirmed-by READER --confirmed-by LISTENER

            Exit status: 0 done, or revoked before; 1 refused; 2 a fault of the database: run it again.
            """
        )
        {
            issuer,
            subject,
            reason,
            by,
        };
        command.SetAction(
            (result, cancel) =>
                CeremonyOutcome.ReportAsync(
                    Console.Error,
                    async () =>
                    {
                        await using var database = open(configuration);
                        await new RevokeCross(
                            new CrossCertificates(database),
                            TimeProvider.System,
                            Console.Out,
                            OperatorSession.ActorOf(configuration)
                        ).RunAsync(
                            result.GetRequiredValue(issuer),
                            result.GetRequiredValue(subject),
                            RevocationActionNames.ParseReason(result.GetRequiredValue(reason)),
                            result.GetRequiredValue(by),
                            cancel
                        );
                        return 0;
                    }
                )
        );
        return command;
    }

    private static Confirmation Confirm(CrossPlan plan, string? by)
    {
        Console.WriteLine();
        Console.WriteLine($"{plan.Issuer.Id} is about to certify {plan.Certified.Id}. Only its revocation (revoke-cross) undoes that:");
        foreach (var (name, value) in plan.Facts())
            Console.WriteLine($"  {name, -12} {value}");
        if (by is not null)
            return new Confirmation(by, "--confirmed-by");

        Console.Write($"Type {plan.Certified.Id} to confirm, anything else to stop: ");
        return Console.ReadLine()?.Trim() == plan.Certified.Id
            ? new Confirmation(Environment.UserName, "typed at the terminal")
            : throw new CeremonyRefusal("It was not confirmed; nothing was made. Without a terminal give --confirmed-by NAME.");
    }
}
