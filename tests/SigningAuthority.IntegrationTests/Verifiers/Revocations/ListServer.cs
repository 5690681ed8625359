using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Verifiers.Revocations;

/// <summary>A web server that has a list at each address that it was told, of whatever kind the list is, with its tag.</summary>
internal sealed class ListServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, byte[]> _lists = new();
    private readonly ConcurrentDictionary<string, int> _calls = new();
    private readonly WebApplication _app;
    private readonly int _port = FreePort.Take();

    private ListServer()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _port));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public static async Task<ListServer> StartAsync()
    {
        var server = new ListServer();
        await server._app.StartAsync();
        return server;
    }

    /// <summary>An address that nobody has fetched before: .NET keeps what it fetched, in memory and on disk.</summary>
    /// <param name="list">DER; null where nothing is there.</param>
    public Uri Publish(byte[]? list)
    {
        var path = $"/{Guid.NewGuid():N}.crl";
        if (list is not null)
            _lists[path] = list;
        return new Uri($"http://127.0.0.1:{_port}{path}");
    }

    public int CallsOf(Uri address) => _calls.GetValueOrDefault(address.AbsolutePath);

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        _calls.AddOrUpdate(path, 1, (_, calls) => calls + 1);
        if (!_lists.TryGetValue(path, out var list))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexString(SHA256.HashData(list))}\"");
        await Results.Bytes(list, "application/pkix-crl", entityTag: tag).ExecuteAsync(context);
    }
}
