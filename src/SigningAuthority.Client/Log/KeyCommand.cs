using System.CommandLine;
using System.Security.Cryptography;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Log.Witnesses;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Client.Log;

/// <summary><c>signctl log key</c>: public keys of logs and witnesses, and a witness's own pair.</summary>
internal static class KeyCommand
{
    public static Command Build() =>
        new DocumentedCommand(
            "key",
            "Keys that checkpoints are signed with.",
            "signctl log key fetch https://ca.example.com/log --out log.pub",
            "signctl log key show log.pub",
            "signctl log key make --name witness.example.org/one --out witness.key --public witness.pub"
        )
        {
            Fetch(),
            Show(),
            Make(),
        };

    private static DocumentedCommand Fetch()
    {
        var log = new LogOptions();
        var output = new Option<string>("--out") { Description = "Where the key goes; a file that is there stays.", Required = true };
        var command = new DocumentedCommand(
            "fetch",
            "Saves the key that the service says is its log's. It proves nothing until its SHA-256 was compared with the ceremony's transcript, "
                + "or with what another way brought.",
            "signctl log key fetch https://ca.example.com/log --out log.pub"
        )
        {
            output,
        };
        log.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                using var files = log.Open(parsed);
                var path = parsed.GetRequiredValue(output);
                if (File.Exists(path))
                    throw new InvalidInputException($"{path} is there already; nothing was changed.");
                var key = await files.ReadKeyAsync(cancellation);
                await File.WriteAllTextAsync(path, key.ToVerifierKey() + "\n", cancellation);
                Print(key);
                await Console.Error.WriteLineAsync("Compare the SHA-256 with the ceremony's transcript before you rely on it.");
            }
        );
        return command;
    }

    private static DocumentedCommand Show()
    {
        var file = new Argument<string>("FILE") { Description = "A verifier key, or PEM with --origin." };
        var origin = new Option<string?>("--origin") { Description = "The log's name, where the key is PEM." };
        var command = new DocumentedCommand(
            "show",
            "Prints a public key's name, id and SHA-256, and the key in both spellings.",
            "signctl log key show log.pub"
        )
        {
            file,
            origin,
        };
        command.SetAction(parsed =>
        {
            var key = NoteKeyFile.Read(parsed.GetRequiredValue(file), parsed.GetValue(origin));
            Print(key);
            Console.Out.WriteLine(key.ToVerifierKey());
            Console.Out.WriteLine(PemEncoding.WriteString("PUBLIC KEY", key.SubjectPublicKeyInfo));
        });
        return command;
    }

    private static DocumentedCommand Make()
    {
        var name = new Option<string>("--name")
        {
            Description = "What the witness signs as: an address without its scheme, such as witness.example.org/one.",
            Required = true,
        };
        var output = new Option<string>("--out") { Description = "Where the private key goes; readable by you alone.", Required = true };
        var publicKey = new Option<string>("--public")
        {
            Description = "Where the public key goes: for whoever relies on the witness.",
            Required = true,
        };
        var command = new DocumentedCommand(
            "make",
            "Makes a witness's key pair (ECDSA on P-256).",
            "signctl log key make --name witness.example.org/one --out witness.key --public witness.pub"
        )
        {
            name,
            output,
            publicKey,
        };
        command.SetAction(parsed =>
            Print(WitnessKey.Make(parsed.GetRequiredValue(name), parsed.GetRequiredValue(output), parsed.GetRequiredValue(publicKey)))
        );
        return command;
    }

    private static void Print(NoteKey key)
    {
        Console.Out.WriteLine($"name    {PlainText.Of(key.Name)}");
        Console.Out.WriteLine($"id      {key.Id:x8}");
        Console.Out.WriteLine($"sha256  {Convert.ToHexStringLower(SHA256.HashData(key.SubjectPublicKeyInfo))}");
    }
}
