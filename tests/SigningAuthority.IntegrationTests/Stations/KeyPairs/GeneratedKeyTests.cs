using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations.KeyPairs;

/// <summary>Devices that can't make keys: the authority makes them, and gives them to the station that asks and to nobody else.</summary>
[Collection(FactoryFlows.Name)]
public sealed class GeneratedKeyTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly KeyDesk _desk = new(authority);
    private readonly FactoryDevice _unit = OrderDesk.Unit();

    private Npgsql.NpgsqlDataSource Everything => authority.Postgres.Connect(PostgresCluster.Superuser, authority.Database);

    [Fact]
    public async Task A_unit_without_a_key_gets_one_with_its_certificate_that_its_station_alone_can_open()
    {
        (await authority.EnrolStationAsync("line-keys")).Dispose();
        var order = await _desk.OrderAsync();

        var answer = await _desk.Station.SubmitAsync(KeyDesk.Wish(_unit, order));

        Assert.Equal(HttpStatusCode.Created, answer.Status);
        var drawn = KeyedUnit.Of(answer);
        using var key = await _desk.OpenAsync(drawn.Envelope!);
        Assert.True(drawn.Fits(key));
        Assert.Equal(2048, key.KeySize);
        var (certificate, root) = (
            Path.Combine(authority.Scratch, _unit.Mac + ".crt"),
            Path.Combine(authority.Scratch, _unit.Mac + ".pem")
        );
        await File.WriteAllTextAsync(certificate, drawn.Certificate);
        await File.WriteAllTextAsync(root, await authority.RootPemAsync("client"));
        await OpenSsl.RunAsync("verify", "-purpose", "sslclient", "-CAfile", root, certificate);

        var other = (Path.Combine(authority.Folder, "line-keys.crt"), Path.Combine(authority.Folder, "line-keys.key"));
        Assert.Null(await _desk.OpenAsync(drawn.Envelope!, other));
        Assert.Null(await _desk.OpenAsync(drawn.Envelope!, (authority.StationCertificateFile, other.Item2)));
    }

    [Fact]
    public async Task What_was_made_and_for_whom_stands_in_the_log_and_no_key()
    {
        var order = await _desk.OrderAsync();

        var drawn = await _desk.DrawAsync(_unit, order);

        var log = new IssuanceLogReader(authority);
        var requested = Assert.Single(await log.AwaitAsync($"type=key-pair.requested&mac={_unit.Mac}", 1)).GetProperty("entry");
        var made = Assert.Single(await log.AwaitAsync($"type=key-pair.made&mac={_unit.Mac}", 1)).GetProperty("entry");
        Assert.Equal((order.Name, "station/" + RunningAuthority.Line), (Text(requested, "order"), Text(requested, "actor")));
        using var station = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(authority.StationCertificateFile));
        using var certificate = X509Certificate2.CreateFromPem(drawn.Certificate);
        Assert.StartsWith("signer/", Text(made, "actor"));
        Assert.Equal(Digest(station.RawData), Text(made, "recipientSha256"));
        Assert.Equal(Digest(station.RawData), drawn.Recipient);
        Assert.Equal(Digest(certificate.PublicKey.ExportSubjectPublicKeyInfo()), Text(made, "publicKeySha256"));
        var envelope = PemEncoding.Find(drawn.Envelope);
        Assert.Equal(Digest(Convert.FromBase64String(drawn.Envelope![envelope.Base64Data])), Text(made, "envelopeSha256"));
        // The request that the new key signed went the way of any other.
        var submitted = Assert.Single(await log.AwaitAsync($"type=request.submitted&mac={_unit.Mac}", 1)).GetProperty("entry");
        Assert.Equal((Text(made, "csrSha256"), order.Name), (Text(submitted, "csrSha256"), Text(submitted, "order")));
        Assert.Single(await log.AwaitAsync($"type=certificate.issued&mac={_unit.Mac}", 1));
    }

    [Fact]
    public async Task The_same_unit_gets_the_same_certificate_and_envelope_however_often_and_by_whatever_door()
    {
        var order = await _desk.OrderAsync();

        var first = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _desk.DrawAsync(_unit, order)));
        var again = await _desk.Station.SubmitAsync(KeyDesk.Wish(_unit, order));
        var line = Assert.Single(await _desk.Station.BatchAsync([JsonSerializer.Serialize(KeyDesk.Wish(_unit, order))]));

        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Single(first.Append(KeyedUnit.Of(again)).Distinct());
        Assert.Equal(first[0].Certificate, line.GetProperty("certificate").GetString());
        Assert.Equal(first[0].Envelope, line.GetProperty("key").GetProperty("envelope").GetString());
        Assert.Equal(1, await Everything.ScalarAsync<long>($"select count(*) from sa.key_pair where mac = '{_unit.Mac}'"));
        Assert.Equal(1, (await new OrderDesk(authority).CountAsync(order)).Drawn);
    }

    [Fact]
    public async Task A_batch_may_hold_units_with_and_without_keys()
    {
        var (keyed, own) = (await _desk.OrderAsync(), OrderDesk.Unit());

        var lines = await _desk.Station.BatchAsync([
            JsonSerializer.Serialize(KeyDesk.Wish(_unit, keyed)),
            JsonSerializer.Serialize(own.Submission),
            JsonSerializer.Serialize(KeyDesk.Wish(OrderDesk.Unit() with { Product = "SPA9999" }, keyed)),
        ]);

        var byLine = lines.ToDictionary(line => line.GetProperty("line").GetInt32());
        using var key = await _desk.OpenAsync(byLine[1].GetProperty("key").GetProperty("envelope").GetString()!);
        Assert.False(byLine[2].TryGetProperty("key", out _));
        Assert.Equal("Issued", byLine[2].GetProperty("status").GetString());
        Assert.Equal("Refused", byLine[3].GetProperty("status").GetString());
        Assert.Contains("product-unknown", byLine[3].GetProperty("violations").ToString());
    }

    [Fact]
    public async Task Once_the_unit_has_its_key_the_envelope_is_erased_and_the_certificate_stays()
    {
        using var elsewhere = await authority.EnrolStationAsync("line-erase");
        var others = authority.Client(certificate: elsewhere);
        var order = await _desk.OrderAsync();
        var drawn = await _desk.DrawAsync(_unit, order);
        var path = KeyDesk.KeysPath + drawn.KeyId;

        ProblemAssert.Is(await others.AskAsync(HttpMethod.Delete, path), HttpStatusCode.NotFound);
        ProblemAssert.Is(
            await authority.StationClient().AskAsync(HttpMethod.Delete, KeyDesk.KeysPath + Guid.NewGuid()),
            HttpStatusCode.NotFound
        );
        Assert.Equal(drawn.Envelope, (await _desk.DrawAsync(_unit, order)).Envelope);
        foreach (var _ in Enumerable.Range(0, 2))
            Assert.Equal(HttpStatusCode.NoContent, (await authority.StationClient().AskAsync(HttpMethod.Delete, path)).Status);

        var after = await _desk.DrawAsync(_unit, order);
        Assert.Equal((drawn.Certificate, drawn.KeyId, null, true), (after.Certificate, after.KeyId, after.Envelope, after.IsErased));
        Assert.True(await Everything.ScalarAsync<bool>($"select envelope is null from sa.key_pair where id = '{drawn.KeyId}'"));
        var entry = Assert.Single(await new IssuanceLogReader(authority).AwaitAsync($"type=key-pair.erased&mac={_unit.Mac}", 1));
        Assert.Equal("delivered", Text(entry.GetProperty("entry"), "reason"));
    }

    [Fact]
    public async Task What_no_station_says_to_have_is_erased_after_the_policys_days()
    {
        var order = await _desk.OrderAsync();
        var drawn = await _desk.DrawAsync(_unit, order);
        await Everything.ExecuteAsync($"update sa.key_pair set made_at = now() - interval '31 days' where id = '{drawn.KeyId}'");

        await Eventually.TrueAsync(async () => (await _desk.DrawAsync(_unit, order)).IsErased, "the old envelope to be erased");

        Assert.Equal(drawn.Certificate, (await _desk.DrawAsync(_unit, order)).Certificate);
        var entry = Assert.Single(await new IssuanceLogReader(authority).AwaitAsync($"type=key-pair.erased&mac={_unit.Mac}", 1));
        Assert.Equal("old", Text(entry.GetProperty("entry"), "reason"));
    }

    [Fact]
    public async Task The_private_key_lies_nowhere_in_the_clear()
    {
        var order = await _desk.OrderAsync();
        var drawn = await _desk.DrawAsync(_unit, order);
        using var key = await _desk.OpenAsync(drawn.Envelope!);
        await Everything.ExecuteAsync("checkpoint");
        var parameters = key.ExportParameters(includePrivateParameters: true);

        var found = await LookForAsync([
            parameters.Modulus!.AsMemory(16, 24).ToArray(),
            .. ((byte[][])[parameters.P!, parameters.Q!, parameters.D!]).SelectMany(Spellings),
        ]);

        // The modulus is in the certificate: had the others been written, they would have been found like it.
        Assert.Equal([0], found);
    }

    /// <summary>Which of these are in a file of Postgres (tables, write-ahead log) or in what the processes wrote.</summary>
    private async Task<SortedSet<int>> LookForAsync(List<byte[]> patterns)
    {
        var found = new SortedSet<int>();
        foreach (
            var file in Directory
                .EnumerateFiles(authority.Postgres.SocketDirectory, "*", SearchOption.AllDirectories)
                .Concat(Directory.EnumerateFiles(authority.LogFolder))
                .Where(file => new FileInfo(file) is { Exists: true, Length: > 0 })
        )
        {
            try
            {
                var octets = await File.ReadAllBytesAsync(file);
                found.UnionWith(Enumerable.Range(0, patterns.Count).Where(i => octets.AsSpan().IndexOf(patterns[i]) >= 0));
            }
            catch (IOException)
            {
                // Postgres has removed it meanwhile.
            }
        }

        return found;
    }

    /// <summary>A part of a number as octets, hexadecimal, and base64 wherever in a text it begins.</summary>
    private static IEnumerable<byte[]> Spellings(byte[] number)
    {
        var part = number.AsMemory(16, 24).ToArray();
        return
        [
            part,
            Encoding.ASCII.GetBytes(Convert.ToHexStringLower(part)),
            Encoding.ASCII.GetBytes(Convert.ToHexString(part)),
            .. Enumerable.Range(0, 3).Select(skip => Encoding.ASCII.GetBytes(Convert.ToBase64String(part[skip..(skip + 21)]))),
        ];
    }

    private static string Digest(byte[] octets) => Convert.ToHexStringLower(SHA256.HashData(octets));

    private static string Text(JsonElement entry, string name) => entry.GetProperty(name).GetString()!;
}
