using Npgsql;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Storage.Migrations;
using Xunit;

namespace SigningAuthority.IntegrationTests.Storage;

public sealed class MigrationTests
{
    [Fact]
    public async Task An_empty_database_is_brought_to_the_newest_version_and_a_second_run_finds_nothing_to_do()
    {
        var cluster = await PostgresCluster.SharedAsync();
        var database = await cluster.CreateDatabaseAsync();

        var again = await cluster.MigrateAsync(database);

        Assert.Equal(again.To, again.From);
        foreach (var role in (string[])["sa_api", "sa_signer", "sa_auditor", "sa_operator", "sa_outreach"])
            await SchemaVersion.RequireCurrentAsync(cluster.Connect(role, database));
    }

    [Fact]
    public async Task The_owner_may_migrate_where_the_roles_exist()
    {
        var cluster = await PostgresCluster.SharedAsync();
        var database = await cluster.CreateDatabaseAsync();
        Assert.Equal(Migration.Newest, (await cluster.MigrateAsync(database, "sa_owner")).To);
    }

    [Fact]
    public async Task Many_that_migrate_at_once_do_it_once()
    {
        await using var cluster = await PostgresCluster.CreateAsync();
        var database = await cluster.CreateEmptyDatabaseAsync("raced");
        var runs = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => RunAsync()));

        Assert.Single(runs, run => run.From == 0);
        Assert.Equal(5, runs.Count(run => run.From == Migration.Newest));

        async Task<MigrationResult> RunAsync()
        {
            await using var own = NpgsqlDataSource.Create(cluster.ConnectionString(PostgresCluster.Superuser, database));
            return await new MigrateDatabase(own).RunAsync(new Dictionary<string, string>());
        }
    }

    [Fact]
    public async Task A_database_without_the_schema_is_refused_by_the_processes()
    {
        var cluster = await PostgresCluster.SharedAsync();
        var database = await cluster.CreateEmptyDatabaseAsync("empty_one");
        var refusal = await Assert.ThrowsAsync<SchemaMismatchException>(() =>
            SchemaVersion.RequireCurrentAsync(cluster.Connect(PostgresCluster.Superuser, database))
        );
        Assert.Contains("migrate", refusal.Message);
    }

    [Theory]
    [InlineData("update sa.schema_version set sha256 = 'edited' where version = 2")]
    [InlineData("insert into sa.schema_version (version, name, sha256) values (9999, 'future', '')")]
    public async Task An_edited_file_and_a_newer_database_are_refused(string change)
    {
        var cluster = await PostgresCluster.SharedAsync();
        var database = await cluster.CreateDatabaseAsync();
        await cluster.Connect(PostgresCluster.Superuser, database).ExecuteAsync(change);

        await Assert.ThrowsAsync<SchemaMismatchException>(() => SchemaVersion.RequireCurrentAsync(cluster.Connect("sa_api", database)));
        await Assert.ThrowsAsync<SchemaMismatchException>(() => cluster.MigrateAsync(database));
    }

    [Fact]
    public async Task Roles_sign_in_with_the_passwords_of_the_folder()
    {
        await using var cluster = await PostgresCluster.CreateAsync();
        var database = await cluster.CreateEmptyDatabaseAsync(PostgresCluster.DatabaseWithPasswords);
        var folder = Directory.CreateTempSubdirectory("sa-passwords-");
        foreach (var role in (string[])["api", "signer", "auditor", "operator", "outreach"])
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, role), $"it's {role}'s \"word\"\n");

        // The superuser has no password; it comes by the socket, where all are trusted.
        await using (
            var superuser = NpgsqlDataSource.Create(
                $"Host={cluster.SocketDirectory};Port={cluster.Port};Username={PostgresCluster.Superuser};Database={database}"
            )
        )
        {
            await new MigrateDatabase(superuser).RunAsync(RolePasswords.ReadFolder(folder.FullName));
        }

        folder.Delete(recursive: true);
        await using var right = NpgsqlDataSource.Create(
            cluster.ConnectionString("sa_signer", database) + ";Password=\"it's signer's \"\"word\"\"\""
        );
        await SchemaVersion.RequireCurrentAsync(right);
        await using var wrong = NpgsqlDataSource.Create(
            cluster.ConnectionString("sa_signer", database) + ";Password=\"it's api's \"\"word\"\"\""
        );
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => SchemaVersion.RequireCurrentAsync(wrong));
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refusal.SqlState);
    }
}
