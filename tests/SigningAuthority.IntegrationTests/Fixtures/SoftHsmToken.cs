using System.Diagnostics;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>
/// A real SoftHSM token with its own label and PIN. The tokens of one test process share a SoftHSM configuration (the
/// library reads it once per process), each in a directory of its own that can be taken away and put back.
/// Processes started by tests use the same <see cref="ConfPath"/> through SOFTHSM2_CONF.
/// </summary>
internal sealed class SoftHsmToken : IAsyncDisposable
{
    public const string Module = "/usr/lib/softhsm/libsofthsm2.so";
    private static readonly Lazy<string> Root = new(CreateRoot);
    private static readonly SemaphoreSlim Creating = new(1);
    private readonly string _directory;

    private SoftHsmToken(string label, string pinFile, string directory)
    {
        Label = label;
        PinFile = pinFile;
        _directory = directory;
    }

    public string Label { get; }

    public string PinFile { get; }

    /// <summary>The value of SOFTHSM2_CONF, which is also set in this process.</summary>
    public string ConfPath => Path.Combine(Root.Value, "softhsm2.conf");

    /// <summary>The configuration keys of a Signer that uses this token.</summary>
    public IReadOnlyDictionary<string, string?> Settings =>
        new Dictionary<string, string?>
        {
            ["Keys:Store"] = "pkcs11",
            ["Keys:Pkcs11:Module"] = Module,
            ["Keys:Pkcs11:Token"] = Label,
            ["Keys:Pkcs11:PinFile"] = PinFile,
        };

    private string Away => Path.Combine(Root.Value, "away-" + Label);

    public static async Task<SoftHsmToken> CreateAsync()
    {
        var label = $"test-{Guid.NewGuid():N}"[..20];
        var pin = Guid.NewGuid().ToString("N")[..12];
        var pinFile = Path.Combine(Root.Value, label + ".pin");
        await File.WriteAllTextAsync(pinFile, pin + "\n");
        var tokens = Path.Combine(Root.Value, "tokens");

        await Creating.WaitAsync();
        try
        {
            var before = Directory.GetDirectories(tokens);
            await RunAsync("softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "so-" + pin, "--pin", pin);
            return new SoftHsmToken(label, pinFile, Directory.GetDirectories(tokens).Except(before).Single());
        }
        finally
        {
            Creating.Release();
        }
    }

    /// <summary>The token is gone, as if it were pulled out.</summary>
    public void TakeAway() => Directory.Move(_directory, Away);

    /// <summary>The same token is there again, with its keys.</summary>
    public void PutBack() => Directory.Move(Away, _directory);

    public ValueTask DisposeAsync()
    {
        foreach (var directory in (string[])[_directory, Away])
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        }

        return ValueTask.CompletedTask;
    }

    private static string CreateRoot()
    {
        var root = Directory.CreateTempSubdirectory("sa-softhsm-").FullName;
        Directory.CreateDirectory(Path.Combine(root, "tokens"));
        File.WriteAllText(
            Path.Combine(root, "softhsm2.conf"),
            $"directories.tokendir = {root}/tokens\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n"
        );
        NativeEnvironment.Set("SOFTHSM2_CONF", Path.Combine(root, "softhsm2.conf"));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(root, recursive: true);
        return root;
    }

    private static async Task RunAsync(string file, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(file, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{file} failed: {await output}{await error}");
    }
}
