using System.CommandLine;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Officers;

/// <summary><c>signctl officer keygen</c>: a key pair; the private half never leaves this machine.</summary>
internal static class KeygenCommand
{
    public static Command Build()
    {
        var output = new Option<string>("--out") { Description = "Where the private key goes; readable by you alone.", Required = true };
        var publicKey = new Option<string>("--public")
        {
            Description = "Where the public key goes; the operator registers it.",
            Required = true,
        };
        var command = new DocumentedCommand(
            "keygen",
            $"Makes an officer's key pair (ECDSA on P-256). Encrypted where {OfficerKeyFile.PassphraseVariable} is set.",
            "signctl officer keygen --out officer.key --public officer.pub",
            "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -aes256 -out officer.key; openssl pkey -in officer.key -pubout -out officer.pub"
        )
        {
            output,
            publicKey,
        };
        command.SetAction(parsed =>
        {
            var digest = OfficerKeyFile.Make(parsed.GetRequiredValue(output), parsed.GetRequiredValue(publicKey));
            Console.Error.WriteLine("Give the public key to the operator, and read its SHA-256 to them in person:");
            Console.Out.WriteLine(digest);
        });
        return command;
    }
}
