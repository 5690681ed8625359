using System.CommandLine;
using System.IO.Compression;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;

namespace SigningAuthority.Client.Providers;

/// <summary><c>signctl kit</c>: an issued request's kit, as a zip or unpacked.</summary>
internal static class KitCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly Option<string?> Output = new("--out") { Description = "File for the zip; replaced if it is there." };
    private static readonly Option<string?> Unpack = new("--unpack")
    {
        Description = "Folder to unpack into; made if missing, files there are replaced, your key is not touched.",
    };
    private static readonly Option<string[]> Listen = new("--listen")
    {
        Description = "ADDR:PORT to listen on (0.0.0.0:443); repeat it for each generation, or further ones get the ports after it.",
    };
    private static readonly Option<string[]> Generation = new("--generation")
    {
        Description = "A generation that the configurations shall serve; repeat it; all without it.",
    };

    public static Command Build()
    {
        var provider = new ProviderOptions();
        var id = RequestOptions.Id();
        var command = new DocumentedCommand(
            "kit",
            "Fetches all that a provisioning server needs beside its key: certificates, client roots, configurations for nginx and Apache that compare MAC addresses, and a README.",
            "signctl kit 0193480c-7a00-7000-8000-5f3c2b1a0d9e --out kit.zip",
            "signctl kit 0193480c-7a00-7000-8000-5f3c2b1a0d9e --unpack provisioning --listen 192.0.2.7:443",
            "signctl kit 0193480c-7a00-7000-8000-5f3c2b1a0d9e --unpack provisioning --generation sipura --listen 0.0.0.0:8443"
        )
        {
            id,
            Output,
            Unpack,
            Listen,
            Generation,
        };
        provider.AddTo(command);

        command.SetAction(
            async (parsed, cancellation) =>
            {
                var (file, folder) = (parsed.GetValue(Output), parsed.GetValue(Unpack));
                if (file is null && folder is null)
                    throw new InvalidInputException("say where the kit goes: --out kit.zip, or --unpack FOLDER, or both.");
                var path = $"/api/v1/provider/requests/{RequestOptions.ParseId(parsed.GetRequiredValue(id))}/kit.zip{Query(parsed)}";
                using var service = provider.Connect(parsed);
                var reply = await service.GetAsync(path, Patience, cancellation);
                if (reply.Problem is { } problem)
                    return problem.Print(Console.Error);
                await SaveAsync(reply.Body, file, folder, cancellation);
                return ExitCodes.Done;
            }
        );
        return command;
    }

    private static string Query(ParseResult parsed)
    {
        var values = (parsed.GetValue(Listen) ?? [])
            .Select(listen => "listen=" + Uri.EscapeDataString(listen))
            .Concat((parsed.GetValue(Generation) ?? []).Select(generation => "generation=" + Uri.EscapeDataString(generation)))
            .ToList();
        return values.Count == 0 ? "" : "?" + string.Join('&', values);
    }

    /// <exception cref="WorldFaultException">The answer is no zip, or one that reaches outside of the folder.</exception>
    private static async Task SaveAsync(byte[] zip, string? file, string? folder, CancellationToken cancellation)
    {
        if (file is not null)
        {
            await File.WriteAllBytesAsync(file, zip, cancellation);
            await Console.Error.WriteLineAsync($"saved {file}");
        }

        if (folder is null)
            return;
        try
        {
            using var octets = new MemoryStream(zip, writable: false);
            await using var archive = new ZipArchive(octets, ZipArchiveMode.Read);
            // Refuses entries whose names lead out of the folder; the key is the provider's, and no kit may replace it.
            if (archive.Entries.Any(entry => entry.Name.EndsWith(".key", StringComparison.OrdinalIgnoreCase)))
                throw new WorldFaultException("unreadable-answer", "the kit holds a key, which no kit does.");
            Directory.CreateDirectory(folder);
            await archive.ExtractToDirectoryAsync(folder, overwriteFiles: true, cancellation);
            await Console.Error.WriteLineAsync($"unpacked into {folder}; read {Path.Combine(folder, "README.txt")}");
        }
        catch (InvalidDataException)
        {
            throw new WorldFaultException("unreadable-answer", "the answer is no zip.");
        }
    }
}
