using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Provisioning;

namespace SigningAuthority.IntegrationTests.Notices;

/// <summary>A real SMTP server, Debian's aiosmtpd, that requires STARTTLS and keeps what it takes in a Maildir.</summary>
internal sealed class MailServer : IAsyncDisposable
{
    private readonly BackgroundProcess _process;
    private readonly string _folder;

    private MailServer(BackgroundProcess process, string folder, int port)
    {
        _process = process;
        _folder = folder;
        Port = port;
    }

    public int Port { get; }

    public static async Task<MailServer> StartAsync(string certificateFile, string keyFile)
    {
        var folder = Directory.CreateTempSubdirectory("sa-mail-").FullName;
        var port = FreePort.Take();
        var process = BackgroundProcess.Start(
            "/usr/bin/aiosmtpd",
            [
                "--nosetuid",
                "--listen",
                $"127.0.0.1:{port}",
                "--tlscert",
                certificateFile,
                "--tlskey",
                keyFile,
                "--class",
                "aiosmtpd.handlers.Mailbox",
                folder + "/box",
            ],
            new Dictionary<string, string>(),
            folder,
            folder + "/output.log"
        );
        await process.WaitUntilAsync(() => Task.FromResult(Listening.On(port)));
        return new MailServer(process, folder, port);
    }

    /// <summary>Raw messages to this address.</summary>
    public IReadOnlyList<string> To(string address) =>
        Directory.Exists(_folder + "/box/new")
            ? [.. Directory.GetFiles(_folder + "/box/new").Select(File.ReadAllText).Where(mail => Header(mail, "X-RcptTo") == address)]
            : [];

    public async Task<IReadOnlyList<string>> AwaitAsync(string address, int count)
    {
        await Eventually.TrueAsync(() => Task.FromResult(To(address).Count >= count), $"{count} mails to {address}");
        return To(address);
    }

    /// <summary>A header's value, or null; never of more than one line here.</summary>
    public static string? Header(string mail, string name) =>
        mail.ReplaceLineEndings("\n")
            .Split("\n\n", 2)[0]
            .Split('\n')
            .FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            ?[(name.Length + 1)..].Trim();

    public static string Text(string mail) => mail.ReplaceLineEndings("\n").Split("\n\n", 2)[1];

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
