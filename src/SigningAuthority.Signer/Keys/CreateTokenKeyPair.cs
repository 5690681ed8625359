using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using SigningAuthority.Issuance.Keys;

namespace SigningAuthority.Signer.Keys;

/// <summary>
/// Makes a key pair inside a token with OpenSC's pkcs11-tool, a program that auditors know, and believes it only when
/// the token says that the private key was made there and can't leave.
/// </summary>
internal static class CreateTokenKeyPair
{
    private const string Tool = "pkcs11-tool";
    private const string PinVariable = "SIGNING_AUTHORITY_TOKEN_PIN";

    /// <exception cref="KeyStoreException">The tool is missing, or the token refused, or the key could leave the token.</exception>
    public static void Run(Pkcs11Options options, string label, KeyAlgorithm algorithm)
    {
        var start = new ProcessStartInfo(Tool)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            "--module",
            options.Module,
            "--token-label",
            options.Token,
            "--login",
            "--pin",
            $"env:{PinVariable}",
            "--keypairgen",
            "--key-type",
            KeyType(algorithm),
            "--label",
            label,
            "--id",
            NewId(),
            "--sensitive",
            "--usage-sign",
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);

        // Not on the command line, which every user of the machine can read.
        start.Environment[PinVariable] = Encoding.UTF8.GetString(options.ReadPin());

        var (exitCode, output, error) = RunTool(start);
        if (exitCode != 0)
            throw new KeyStoreException($"{Tool} made no key \"{label}\" (exit status {exitCode}): {LastLine(error)}", isTransient: true);
        RequireInseparable(output, label);
    }

    /// <summary>First line of the tool's version, for transcripts; "unknown" when it does not say.</summary>
    public static string ToolVersion()
    {
        try
        {
            var (_, output, _) = RunTool(
                new ProcessStartInfo("dpkg-query", ["-W", "-f=${Version}", "opensc"])
                {
                    UseShellExecute = false,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            );
            return output.Trim() is { Length: > 0 } version ? $"{Tool} (opensc {version})" : $"{Tool} (version unknown)";
        }
        catch (KeyStoreException)
        {
            return $"{Tool} (version unknown)";
        }
    }

    // The two halves of a pair find each other by CKA_ID; without one every pair would be the same.
    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    private static string KeyType(KeyAlgorithm algorithm) => algorithm.IsRsa ? $"rsa:{algorithm.SizeInBits}" : "EC:prime256v1";

    private static void RequireInseparable(string output, string label)
    {
        var access =
            output
                .Split('\n')
                .SkipWhile(line => !line.StartsWith("Private Key Object", StringComparison.Ordinal))
                .FirstOrDefault(line => line.TrimStart().StartsWith("Access:", StringComparison.Ordinal))
            ?? "";
        foreach (var attribute in (string[])["always sensitive", "never extractable", "local"])
        {
            if (access.Contains(attribute, StringComparison.Ordinal))
                continue;
            var problem = $"The token made the key \"{label}\" but does not say that it is {attribute}: do not use it.";
            throw new KeyStoreException(problem, isTransient: false);
        }
    }

    private static (int ExitCode, string Output, string Error) RunTool(ProcessStartInfo start)
    {
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.GetAwaiter().GetResult());
        }
        catch (Win32Exception e)
        {
            throw new KeyStoreException($"{start.FileName} could not be started: install opensc.", isTransient: false, e);
        }
    }

    private static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "it gave no reason.";
}
