using System.Diagnostics;

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>
/// A real SoftHSM token with its own label and PIN, in a directory that can be taken away and put back. Each has a SoftHSM
/// configuration of its own, for the processes that tests start (<see cref="ConfPath"/> through SOFTHSM2_CONF): a library that
/// lists its tokens fails when another test takes one of them away meanwhile. Only tests that open a token in their own process
/// share one (<see cref="CreateForThisProcessAsync"/>), because the library reads its configuration once per process.
/// </summary>
internal sealed class SoftHsmToken : IAsyncDisposable
{
    public const string Module = "/usr/lib/softhsm/libsofthsm2.so";
    private static readonly Lazy<string> OfThisProcess = new(CreateOfThisProcess);
    private readonly string _root;
    private readonly string _directory;

    private SoftHsmToken(string root, string label, string pinFile, string directory)
    {
        _root = root;
        Label = label;
        PinFile = pinFile;
        _directory = directory;
    }

    public string Label { get; }

    public string PinFile { get; }

    /// <summary>The value of SOFTHSM2_CONF.</summary>
    public string ConfPath => ConfIn(_root);

    /// <summary>The configuration keys of a Signer that uses this token.</summary>
    public IReadOnlyDictionary<string, string?> Settings =>
        new Dictionary<string, string?>
        {
            ["Keys:Store"] = "pkcs11",
            ["Keys:Pkcs11:Module"] = Module,
            ["Keys:Pkcs11:Token"] = Label,
            ["Keys:Pkcs11:PinFile"] = PinFile,
        };

    private static string PinOf(string file) => File.ReadAllText(file).Trim();

    private string Away => Path.Combine(_root, "away-" + Label);

    /// <summary>A token for processes that the test starts.</summary>
    public static Task<SoftHsmToken> CreateAsync() => CreateInAsync(CreateRoot());

    /// <summary>A token for the test's own process; for tests of the collection <see cref="InProcessTokens"/>, which run one after another.</summary>
    public static Task<SoftHsmToken> CreateForThisProcessAsync() => CreateInAsync(OfThisProcess.Value);

    private static async Task<SoftHsmToken> CreateInAsync(string root)
    {
        var label = $"test-{Guid.NewGuid():N}"[..20];
        var pin = Guid.NewGuid().ToString("N")[..12];
        var pinFile = Path.Combine(root, label + ".pin");
        await File.WriteAllTextAsync(pinFile, pin + "\n");
        var tokens = Path.Combine(root, "tokens");
        var before = Directory.GetDirectories(tokens);
        await InitializeAsync(ConfIn(root), "--init-token", "--free", "--label", label, "--so-pin", "so-" + pin, "--pin", pin);
        return new SoftHsmToken(root, label, pinFile, Directory.GetDirectories(tokens).Except(before).Single());
    }

    /// <summary>The token is gone, as if it were pulled out.</summary>
    public void TakeAway() => Directory.Move(_directory, Away);

    /// <summary>The same token is there again, with its keys.</summary>
    public void PutBack() => Directory.Move(Away, _directory);

    /// <summary>Both halves of a key pair are removed, as an operator does when a root is retired.</summary>
    public async Task DeleteKeyAsync(string label)
    {
        foreach (var half in (string[])["privkey", "pubkey"])
        {
            var deleted = await ExternalProgram.RunAsync(
                "pkcs11-tool",
                [
                    "--module",
                    Module,
                    "--token-label",
                    Label,
                    "--login",
                    "--pin",
                    PinOf(PinFile),
                    "--delete-object",
                    "--type",
                    half,
                    "--label",
                    label,
                ],
                new Dictionary<string, string> { ["SOFTHSM2_CONF"] = ConfPath }
            );
            deleted.MustSucceed();
        }
    }

    public ValueTask DisposeAsync()
    {
        var isShared = OfThisProcess.IsValueCreated && OfThisProcess.Value == _root;
        foreach (var directory in isShared ? (string[])[_directory, Away] : [_root])
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        }

        return ValueTask.CompletedTask;
    }

    private static string ConfIn(string root) => Path.Combine(root, "softhsm2.conf");

    private static string CreateOfThisProcess()
    {
        var root = CreateRoot();
        NativeEnvironment.Set("SOFTHSM2_CONF", ConfIn(root));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(root, recursive: true);
        return root;
    }

    private static string CreateRoot()
    {
        var root = Directory.CreateTempSubdirectory("sa-softhsm-").FullName;
        Directory.CreateDirectory(Path.Combine(root, "tokens"));
        File.WriteAllText(
            ConfIn(root),
            $"directories.tokendir = {root}/tokens\nobjectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n"
        );
        return root;
    }

    private static async Task InitializeAsync(string configuration, params string[] arguments)
    {
        const string file = "softhsm2-util";
        using var process = Process.Start(
            new ProcessStartInfo(file, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["SOFTHSM2_CONF"] = configuration },
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{file} failed: {await output}{await error}");
    }
}
