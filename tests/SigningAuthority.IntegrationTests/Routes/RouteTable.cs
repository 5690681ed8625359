using System.Diagnostics;
using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SigningAuthority.Api.Providers;
using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Routes;

/// <summary>The routes as a front door has them when it has started: its own Main runs here, on ports of its own, and is looked at from inside.</summary>
internal static class RouteTable
{
    private static readonly SemaphoreSlim OneAtATime = new(1);

    public static async Task<IReadOnlyList<ApiRoute>> ReadAsync(RunningAuthority authority)
    {
        await OneAtATime.WaitAsync();
        try
        {
            var started = new TaskCompletionSource<IHost>(TaskCreationOptions.RunContinuationsAsynchronously);
            using var subscription = DiagnosticListener.AllListeners.Subscribe(
                new Watch<DiagnosticListener>(listener => Listen(listener, started))
            );
            var main = Task.Factory.StartNew(() => RunMain(authority), TaskCreationOptions.LongRunning);
            if (await Task.WhenAny(started.Task, main).WaitAsync(Eventually.Patience) == main)
                throw new InvalidOperationException($"The Api ended with {await main} before it had started.");

            var host = await started.Task;
            var routes = await DescribeAsync(host.Services);
            host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            await main.WaitAsync(Eventually.Patience);
            return routes;
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private static int RunMain(RunningAuthority authority)
    {
        var settings = FurtherApi.Environment(
            authority,
            Repository.CaConfig,
            new Uri($"https://127.0.0.1:{FreePort.Take()}/"),
            new Uri($"http://127.0.0.1:{FreePort.Take()}/")
        );
        string[] arguments =
        [
            .. settings.Select(setting => $"--{setting.Key.Replace("__", ":")}={setting.Value}"),
            "--Logging:LogLevel:Default=Warning",
        ];
        return (int)typeof(SubmitRequest).Assembly.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [arguments], null)!;
    }

    // The same event by which ASP.NET's own test host gets hold of a program's services.
    private static void Listen(DiagnosticListener listener, TaskCompletionSource<IHost> started)
    {
        if (listener.Name != "Microsoft.Extensions.Hosting")
            return;
        listener.Subscribe(
            new Watch<KeyValuePair<string, object?>>(built =>
            {
                if (built is { Key: "HostBuilt", Value: IHost host })
                    host.Services.GetRequiredService<IHostApplicationLifetime>()
                        .ApplicationStarted.Register(() => started.TrySetResult(host));
            })
        );
    }

    private static async Task<IReadOnlyList<ApiRoute>> DescribeAsync(IServiceProvider services)
    {
        var policies = services.GetRequiredService<IAuthorizationPolicyProvider>();
        var routes = new List<ApiRoute>();
        foreach (var endpoint in services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            // A parameter that takes all that follows is described like any other.
            var pattern = "/" + endpoint.RoutePattern.RawText!.Trim('/').Replace("{**", "{", StringComparison.Ordinal);
            var parameters = endpoint
                .RoutePattern.Parameters.Select(parameter => (parameter.Name, Upto: Upto(pattern, parameter.Name)))
                .ToList();
            var roles = await RolesAsync(endpoint, policies);
            var isDescribed = endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>()?.ExcludeFromDescription != true;
            var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"];
            routes.AddRange(methods.Select(method => new ApiRoute(method, pattern, parameters, roles, isDescribed)));
        }

        return routes;
    }

    private static async Task<IReadOnlyList<string>?> RolesAsync(RouteEndpoint endpoint, IAuthorizationPolicyProvider policies)
    {
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            return null;
        var names = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy ?? "").ToList();
        // Neither open on purpose nor guarded: shown as guarded by nobody, so that each test of it fails.
        if (names.Count == 0)
            return ["(no policy)"];
        var policy = await policies.GetPolicyAsync(names[^1]) ?? throw new InvalidOperationException($"No policy '{names[^1]}'.");
        return policy.AuthenticationSchemes.Contains("Bearer")
            ? [.. policy.Requirements.OfType<RolesAuthorizationRequirement>().SelectMany(requirement => requirement.AllowedRoles)]
            : [];
    }

    private static string Upto(string pattern, string parameter)
    {
        var begin = pattern.IndexOf("{" + parameter, StringComparison.Ordinal);
        return pattern[..(pattern.IndexOf('}', begin) + 1)];
    }

    private sealed class Watch<T>(Action<T> see) : IObserver<T>
    {
        public void OnNext(T value) => see(value);

        public void OnCompleted() { }

        public void OnError(Exception error) { }
    }
}
