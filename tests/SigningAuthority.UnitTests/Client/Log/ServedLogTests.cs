using System.CommandLine;
using System.IO.Compression;
using System.Net;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Log;
using SigningAuthority.IssuanceLog.Tiles;
using Xunit;

namespace SigningAuthority.UnitTests.Client.Log;

public sealed class ServedLogTests
{
    [Fact]
    public async Task A_fault_of_the_way_is_tried_again()
    {
        using var log = new LogScratch(300);
        using var site = new LogSite(log.Made.Folder, faults: 2);
        using var files = site.Open();
        Assert.Equal(44 * 32, (await files.ReadWholeTileAsync(TilePath.Hashes(0, 1, 44), CancellationToken.None)).Length);
        Assert.Equal(3, site.Requests);
    }

    [Fact]
    public async Task What_is_not_there_is_not_asked_for_again_and_again()
    {
        using var log = new LogScratch(300);
        using var site = new LogSite(log.Made.Folder);
        using var files = site.Open();
        var found = await Assert.ThrowsAsync<LogDefectException>(async () =>
            await files.ReadWholeTileAsync(TilePath.Hashes(0, 7), CancellationToken.None)
        );
        Assert.Equal(("tile-missing", 7 * 256L, 1), (found.Finding.Code, found.Finding.Index, site.Requests));
    }

    [Fact]
    public async Task A_refusal_is_said_as_the_service_says_it()
    {
        using var log = new LogScratch(300);
        using var site = new LogSite(log.Made.Folder, refusedBelow: "/log/tile/entries/");
        using var files = site.Open();
        var refused = await Assert.ThrowsAsync<RefusedByServiceException>(async () =>
            await files.ReadWholeTileAsync(TilePath.Entries(0), CancellationToken.None)
        );
        Assert.Equal(401, refused.Problem.Status);
    }

    [Fact]
    public async Task An_answer_that_unpacks_to_more_than_any_file_of_a_log_is_given_up()
    {
        using var log = new LogScratch(0);
        using (var file = File.Create(Path.Combine(log.Made.Folder, "checkpoint")))
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest))
            gzip.Write(new byte[ServedLog.LargestFile + 1]);
        using var site = new LogSite(log.Made.Folder, packed: true);
        using var files = site.Open();
        var fault = await Assert.ThrowsAsync<WorldFaultException>(() => files.ReadCheckpointAsync(CancellationToken.None));
        Assert.Equal(("answer-too-large", 1), (fault.Code, site.Requests));
    }

    [Fact]
    public void A_place_is_a_folder_or_a_web_address()
    {
        var missing = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));
        Assert.Throws<InvalidInputException>(() => Open(missing));
        Assert.Throws<InvalidInputException>(() => Open("ftp://ca.example.com/log"));
        Assert.Equal("https://ca.example.com/log/", Open("https://ca.example.com").Place);
        Assert.Equal("https://ca.example.com/mirrors/one/", Open("https://ca.example.com/mirrors/one/").Place);
        Assert.IsType<LogFolder>(Open(Path.GetTempPath())).Dispose();
    }

    private static LogFiles Open(string place)
    {
        var options = new LogOptions();
        var command = new RootCommand();
        options.AddTo(command);
        return options.Open(command.Parse([place]));
    }

    /// <summary>A web server with the log's folder below /log/.</summary>
    private sealed class LogSite : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly string _address;
        private int _requests;

        public LogSite(string folder, int faults = 0, string? refusedBelow = null, bool packed = false)
        {
            using (var free = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
            {
                free.Start();
                _address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
            }

            _listener.Prefixes.Add(_address);
            _listener.Start();
            _ = ServeAsync(folder, faults, refusedBelow, packed);
        }

        public int Requests => _requests;

        public LogFiles Open() => ServedLogTests.Open(_address);

        public void Dispose() => _listener.Close();

        private async Task ServeAsync(string folder, int faults, string? refusedBelow, bool packed)
        {
            while (_listener.IsListening)
            {
                HttpListenerContext context;
                try
                {
                    context = await _listener.GetContextAsync();
                }
                catch (Exception closed) when (closed is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                var path = context.Request.Url!.AbsolutePath;
                var file = Path.Combine(folder, path["/log/".Length..]);
                using var response = context.Response;
                if (packed)
                    response.AddHeader("Content-Encoding", "gzip");
                if (Interlocked.Increment(ref _requests) <= faults)
                    response.StatusCode = 503;
                else if (refusedBelow is not null && path.StartsWith(refusedBelow, StringComparison.Ordinal))
                    response.StatusCode = 401;
                else if (!File.Exists(file))
                    response.StatusCode = 404;
                else
                    await response.OutputStream.WriteAsync(await File.ReadAllBytesAsync(file));
            }
        }
    }
}
