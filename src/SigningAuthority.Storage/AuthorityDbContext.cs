using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Access;
using SigningAuthority.Storage.Certificates;
using SigningAuthority.Storage.IssuanceLog;
using SigningAuthority.Storage.Lanes;
using SigningAuthority.Storage.Names;
using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Storage;

/// <summary>The tables for everyday queries. One context an operation; nothing is tracked unless it is added or changed here.</summary>
internal sealed class AuthorityDbContext(DbContextOptions<AuthorityDbContext> options) : DbContext(options)
{
    public DbSet<SigningRequestRecord> SigningRequests => Set<SigningRequestRecord>();

    public DbSet<IssuedCertificate> Certificates => Set<IssuedCertificate>();

    public DbSet<AuthorityIntent> AuthorityIntents => Set<AuthorityIntent>();

    public DbSet<AuthorityCertificate> AuthorityCertificates => Set<AuthorityCertificate>();

    public DbSet<Provider> Providers => Set<Provider>();

    public DbSet<ProviderName> ProviderNames => Set<ProviderName>();

    public DbSet<NameChallenge> NameChallenges => Set<NameChallenge>();

    public DbSet<NameCheck> NameChecks => Set<NameCheck>();

    public DbSet<AddressLookup> AddressLookups => Set<AddressLookup>();

    public DbSet<AccessToken> AccessTokens => Set<AccessToken>();

    public DbSet<Officer> Officers => Set<Officer>();

    public DbSet<Station> Stations => Set<Station>();

    public DbSet<SignerHeartbeat> SignerHeartbeats => Set<SignerHeartbeat>();

    internal static AuthorityDbContext Open(NpgsqlDataSource dataSource) =>
        new(
            new DbContextOptionsBuilder<AuthorityDbContext>()
                .UseNpgsql(dataSource)
                .UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking)
                .Options
        );

    /// <summary>Saves what was added, and the entries of those acts, in one transaction.</summary>
    internal async Task SaveAsync(IReadOnlyList<LogEntry> entries, CancellationToken cancellation)
    {
        await using var transaction = await Database.BeginTransactionAsync(cancellation);
        await SaveChangesAsync(cancellation);
        await CommitAsync(transaction, entries, cancellation);
    }

    /// <summary>Appends the entries to the transaction and commits it.</summary>
    internal async Task CommitAsync(IDbContextTransaction transaction, IReadOnlyList<LogEntry> entries, CancellationToken cancellation)
    {
        await AppendLogEntries.AddAsync((NpgsqlConnection)Database.GetDbConnection(), entries, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasDefaultSchema("sa");
        modelBuilder.ApplyConfiguration(new SigningRequestMapping());
        modelBuilder.ApplyConfiguration(new CertificateMapping());
        modelBuilder.ApplyConfiguration(new AuthorityIntentMapping());
        modelBuilder.ApplyConfiguration(new AuthorityCertificateMapping());
        modelBuilder.ApplyConfiguration(new ProviderMapping());
        modelBuilder.ApplyConfiguration(new ProviderNameMapping());
        modelBuilder.ApplyConfiguration(new NameChallengeMapping());
        modelBuilder.ApplyConfiguration(new NameCheckMapping());
        modelBuilder.ApplyConfiguration(new AddressLookupMapping());
        modelBuilder.ApplyConfiguration(new AccessTokenMapping());
        modelBuilder.ApplyConfiguration(new OfficerMapping());
        modelBuilder.ApplyConfiguration(new StationMapping());
        modelBuilder.ApplyConfiguration(new SignerHeartbeatMapping());
    }
}
