using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Notices;

/// <summary>A webhook's call, as it came.</summary>
internal sealed record ReceivedHook(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>A provider's HTTPS server that takes webhooks. What it answers is said path by path; 204 where nothing was said.</summary>
internal sealed class HookReceiver : IAsyncDisposable
{
    private readonly ConcurrentQueue<ReceivedHook> _received = new();
    private readonly ConcurrentDictionary<string, Func<int, HttpContext, Task>> _answers = new();
    private readonly WebApplication _app;
    private readonly int _port = FreePort.Take();

    private HookReceiver(X509Certificate2 certificate)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, _port, listener => listener.UseHttps(certificate));
        });
        _app = builder.Build();
        _app.Run(ReceiveAsync);
    }

    public static async Task<HookReceiver> StartAsync(string certificateFile, string keyFile)
    {
        using var pem = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        // Kestrel wants a key that is not bound to the PEM object's life.
        var receiver = new HookReceiver(X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null));
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>An address of its own for each test.</summary>
    public string Url(string path) => $"https://127.0.0.1:{_port}/{path}";

    /// <summary>Says what the n-th call (1 is the first) to a path is answered.</summary>
    public void Answer(string path, Func<int, HttpContext, Task> answer) => _answers["/" + path] = answer;

    public void Answer(string path, params int[] statuses) =>
        Answer(
            path,
            (call, context) =>
            {
                context.Response.StatusCode = statuses[Math.Min(call, statuses.Length) - 1];
                return Task.CompletedTask;
            }
        );

    public IReadOnlyList<ReceivedHook> At(string path) => [.. _received.Where(hook => hook.Path == "/" + path)];

    public async Task<IReadOnlyList<ReceivedHook>> AwaitAsync(string path, int count)
    {
        await Eventually.TrueAsync(() => Task.FromResult(At(path).Count >= count), $"{count} calls of {path}; there are {At(path).Count}");
        return At(path);
    }

    public async ValueTask DisposeAsync()
    {
        using var quick = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await _app.StopAsync(quick.Token);
        }
        catch (OperationCanceledException)
        {
            // A call that is never answered is cut off.
        }

        await _app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var path = context.Request.Path.Value!;
        _received.Enqueue(
            new ReceivedHook(
                path,
                context.Request.Headers.ToDictionary(
                    header => header.Key,
                    header => header.Value.ToString(),
                    StringComparer.OrdinalIgnoreCase
                ),
                body.ToArray()
            )
        );
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (_answers.TryGetValue(path, out var answer))
            await answer(_received.Count(hook => hook.Path == path), context);
    }
}
