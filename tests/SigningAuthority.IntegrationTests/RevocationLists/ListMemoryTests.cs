using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.RevocationLists;
using SigningAuthority.Issuance.RevocationLists.Lint;
using SigningAuthority.Signer.RevocationLists;
using SigningAuthority.Storage.RevocationLists;
using Xunit;

namespace SigningAuthority.IntegrationTests.RevocationLists;

/// <summary>However long a list is, no more than a piece of it is in memory. tests/benchmarks/crl.sh says what a million takes.</summary>
public sealed class ListMemoryTests
{
    private const int Rows = 200_000;
    private const int WarmUp = 30_000;

    // A tenth of what the list has; whoever keeps rows or octets needs more than all of it.
    private const int MostAllocated = 1 << 20;

    private static readonly DateTimeOffset ThisUpdate = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Neither_rows_nor_entries_are_kept_while_a_list_is_spooled_and_linted()
    {
        using var issuer = MakeIssuer();
        var plan = new RevocationListPlan(1, ThisUpdate, ThisUpdate.AddDays(8));
        var rows = new RowsOfMemory(Rows, WarmUp, ThisUpdate.AddDays(-1));

        await using var spooled = await SpooledList.WriteAsync(plan, issuer, rows, default);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var findings = LintRevocationList.Find(spooled.FromBeginning(), plan, issuer, spooled.Content);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Empty(findings);
        Assert.Equal(Rows, spooled.Entries);
        Assert.True(spooled.Octets > 8 * MostAllocated);
        Assert.InRange(rows.Allocated ?? long.MaxValue, 0, MostAllocated);
        Assert.InRange(allocated, 0, MostAllocated);
    }

    [Fact]
    public async Task A_list_of_a_hundred_thousand_is_stored_in_pieces_and_read_as_one()
    {
        const int revoked = 100_000;
        using var scenario = await ListScenario.CreateAsync();
        await RevokeAsync(scenario.Storage, revoked);

        Assert.True(await scenario.RunAsync());

        Assert.Equal(revoked, (await scenario.ReadAsync(RevocationListKind.Complete)).Entries.Count);
        var list = Assert.Single(await scenario.NewestAsync(), newest => newest.Kind == RevocationListKind.Complete);
        var pieces = await scenario.Storage.Superuser.ColumnAsync<int>(
            $"select octet_length(octets) from sa.crl_chunk where crl_id = {list.Id} order by ordinal"
        );
        Assert.True(pieces.Count > 3);
        Assert.All(pieces.SkipLast(1), octets => Assert.Equal(RevocationListMoment.ChunkSize, octets));
        Assert.Equal(list.ToBeSignedOctets, pieces.Sum(octets => (long)octets));
    }

    /// <summary>No certificate stands behind these.</summary>
    private static async Task RevokeAsync(StorageScenario storage, int count)
    {
        await storage.Superuser.ExecuteAsync("alter table sa.revoked disable trigger of_certificate");
        await storage.Superuser.ExecuteAsync(
            $"""
            insert into sa.revoked (authority, serial_number, request_id, crl_shard, not_after, reason, revoked_at)
            select '{ListScenario.Authority}', decode('41' || lpad(to_hex(i), 30, '0'), 'hex'), gen_random_uuid(), 0,
                now() + interval '10 years', 1, date_trunc('second', now())
            from generate_series(1, {count}) i
            """
        );
        await storage.Superuser.ExecuteAsync("alter table sa.revoked enable always trigger of_certificate");
    }

    private static IssuerCertificate MakeIssuer()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=Issuer", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var root = request.CreateSelfSigned(ThisUpdate.AddYears(-1), ThisUpdate.AddYears(10));
        return IssuerCertificate.Read(root.RawData);
    }
}
