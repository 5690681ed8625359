using System.Security.Cryptography;
using Npgsql;
using SigningAuthority.Api.Access;
using SigningAuthority.Api.Auditors;
using SigningAuthority.Api.Description;
using SigningAuthority.Api.Health;
using SigningAuthority.Api.Hosting;
using SigningAuthority.Api.Limits;
using SigningAuthority.Api.Names;
using SigningAuthority.Api.Officers;
using SigningAuthority.Api.Operators;
using SigningAuthority.Api.Problems;
using SigningAuthority.Api.Providers;
using SigningAuthority.Api.Providers.Notices;
using SigningAuthority.Api.Providers.Watch;
using SigningAuthority.Api.Publication;
using SigningAuthority.Api.Receipts;
using SigningAuthority.Api.Requests;
using SigningAuthority.Api.Revocations;
using SigningAuthority.Api.Stations;
using SigningAuthority.Api.Stations.Est;
using SigningAuthority.Issuance.Configuration;
using SigningAuthority.Storage.Migrations;

// The front door: it listens to the network and has no keys. It meets the key room in the database only.
try
{
    var builder = WebApplication.CreateBuilder(args);
    var settings = ApiSettings.Read(builder.Configuration);
    var configuration = AuthorityConfiguration.Load(settings.ConfigurationFolder);

    builder.AddConsoleLogs();
    builder.ListenOn(settings);
    builder
        .Services.AddDatabase(settings)
        .AddPolicy(configuration)
        .AddJsonSpelling()
        .AddProblems()
        .AddAccess()
        .AddLimits()
        .AddPublication()
        .AddRequests(settings)
        .AddReceipts()
        .AddProviders()
        .AddNames()
        .AddNotices()
        .AddWatch()
        .AddStations()
        .AddEst()
        .AddAuditors()
        .AddOperators()
        .AddOfficers()
        .AddRevocations()
        .AddHealth()
        .AddDescription();

    var app = builder.Build();
    await app.RequireDatabaseAsync(configuration);

    app.UseSecurityHeaders();
    app.UseProblems();
    app.LimitPlainListener();
    app.UseAuthentication();
    app.UseAuthorization();
    app.UseLimits();

    app.MapProviders();
    app.MapNames();
    app.MapNotices();
    app.MapWatch();
    app.MapStations();
    app.MapEst();
    app.MapAuditors();
    app.MapOperators();
    app.MapOfficers();
    app.MapRevocations();
    app.MapPublication();
    app.MapHealth();
    app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();

    await app.RunAsync();
    return ExitStatus.Ok;
}
catch (Exception exception)
    when (exception is InvalidSettingsException or InvalidConfigurationException or SchemaMismatchException or CryptographicException)
{
    await Console.Error.WriteLineAsync(exception.Message);
    return ExitStatus.Configuration;
}
catch (NpgsqlException exception)
{
    await Console.Error.WriteLineAsync($"The database can't be used: {exception.Message}");
    return ExitStatus.TryAgain;
}
