using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Storage.Access;

namespace SigningAuthority.Signer.Operators;

/// <summary>People who approve requests: each with a key of their own, made by themselves.</summary>
internal static class OfficerCommands
{
    public static Command Create(IConfiguration settings) =>
        new("officer", "People who approve providers' requests.") { CreateAdd(settings), CreateList(settings), CreateRevoke(settings) };

    private static Command CreateAdd(IConfiguration settings)
    {
        var name = Name();
        var key = new Option<FileInfo>("--public-key")
        {
            Description = "The officer's public key: ECDSA on P-256, PEM (-----BEGIN PUBLIC KEY-----).",
            Required = true,
        };
        var days = new Option<int>("--days") { Description = "Days until the token expires, 1 to 730.", DefaultValueFactory = _ => 365 };
        var command = new Command(
            "add",
            """
            Registers an officer and prints a token of role officer, alone on standard output, this once. The private key stays with the
            officer; have its fingerprint read to you by the person, not by mail.

            Examples:
              signctl officer keygen --out officer.key --public officer.pub        (the officer does this)
              operator officer add officer-1 --public-key officer.pub
            """
        )
        {
            name,
            key,
            days,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var officerName = Read(parsed.GetRequiredValue(name));
                        if (parsed.GetValue(days) is < 1 or > 730)
                            throw new OperatorException("--days is 1 to 730.");
                        var officerKey = await ReadKeyAsync(parsed.GetRequiredValue(key), cancellation);
                        var officer = await new Officers(session.Database).AddAsync(officerName, officerKey, session.Actor, cancellation);
                        var (row, token) = await new Tokens(session.Database).CreateAsync(
                            TokenRole.Officer,
                            null,
                            new TokenBearer(officerName, officer.Id),
                            officer.Name,
                            TimeSpan.FromDays(parsed.GetValue(days)),
                            session.Actor,
                            cancellation
                        );
                        await Console.Error.WriteLineAsync(
                            $"Officer {officer.Name} {officer.Id}, key SHA-256 {Convert.ToHexStringLower(officerKey.Sha256)}.\n"
                                + $"Token {row.Id}, expires {row.ExpiresAt:yyyy-MM-dd}. It is shown this once:"
                        );
                        Console.WriteLine(token);
                    }
                )
        );
        return command;
    }

    private static Command CreateList(IConfiguration settings)
    {
        var command = new Command("list", "Lists officers, revoked ones too: name, id, SHA-256 of the public key, state.");
        command.SetAction(
            (_, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        foreach (var officer in await new Officers(session.Database).ListAsync(cancellation))
                        {
                            var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(officer.PublicKey));
                            var state = officer.RevokedAt is { } revoked ? $"revoked {revoked:yyyy-MM-dd}" : "works";
                            Console.WriteLine($"{officer.Name} {officer.Id} {digest} {state}");
                        }
                    }
                )
        );
        return command;
    }

    private static Command CreateRevoke(IConfiguration settings)
    {
        var name = Name();
        var command = new Command(
            "revoke",
            "Takes an officer's registration back at once: tokens and approvals of it count no more for what is not signed yet."
        )
        {
            name,
        };
        command.SetAction(
            (parsed, cancellation) =>
                OperatorSession.RunAsync(
                    settings,
                    async session =>
                    {
                        var officer = Read(parsed.GetRequiredValue(name));
                        if (!await new Officers(session.Database).RevokeAsync(officer, session.Actor, cancellation))
                            throw new OperatorException("No officer of that name works.");
                        Console.WriteLine("Revoked.");
                    }
                )
        );
        return command;
    }

    private static Argument<string> Name() =>
        new("name") { Description = "The person: lower-case letters, digits, inner hyphens; 1 to 32." };

    /// <exception cref="OperatorException">The text is no officer's name.</exception>
    public static OfficerName Read(string text) =>
        OfficerName.TryParse(text, out var name)
            ? name
            : throw new OperatorException($"'{text}' is no officer's name: lower-case letters, digits and inner hyphens, 1 to 32.");

    private static async Task<OfficerKey> ReadKeyAsync(FileInfo file, CancellationToken cancellation)
    {
        if (!file.Exists)
            throw new OperatorException($"{file.FullName}: no such file.");
        var text = await File.ReadAllTextAsync(file.FullName, cancellation);
        if (text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            throw new OperatorException(
                $"{file.FullName} is a private key. It belongs to the officer alone: make a new pair, and take the public half."
            );
        return OfficerKey.TryReadPem(text, out var key)
            ? key
            : throw new OperatorException(
                $"{file.FullName} is no public key of ECDSA on P-256 in PEM: openssl pkey -in officer.key -pubout -out officer.pub"
            );
    }
}
