using System.Net;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Stations.KeyPairs;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Production;
using SigningAuthority.Issuance.Production.Intake;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.Production;
using Xunit;

namespace SigningAuthority.IntegrationTests.Stations;

/// <summary>Orders that come as files: signed by plain openssl, loaded once, held against their signature at the key.</summary>
public sealed class OrderFileTests(OrderFiles files) : IClassFixture<OrderFiles>
{
    private readonly RunningAuthority _authority = files.Authority;
    private readonly OrderDesk _orders = new(files.Authority);
    private readonly StationDesk _desk = new(files.Authority.StationClient());

    [Fact]
    public async Task A_file_makes_one_order_however_often_it_is_loaded_and_its_signature_is_kept_with_it()
    {
        var (file, signature) = await files.SignAsync(OrderFiles.Order("loaded"));
        var loads = await Task.WhenAll(files.LoadAsync(file, signature), files.LoadAsync(file, signature));
        Assert.All(loads, load => load.MustSucceed());
        (await files.LoadAsync(file, await files.SignAsync(file))).MustSucceed();

        // The key room verified it, else there were no certificate.
        var order = (await FindAsync("loaded"))!;
        var answer = await _desk.SubmitAsync(OrderDesk.Draw(OrderDesk.Unit(), order));
        Assert.True(answer.Status == HttpStatusCode.Created, answer.ToString());
        Assert.Equal((1, 1L, 1L), await _orders.CountAsync(order));

        var (outFile, outSignature) = (Path.Combine(_authority.Scratch, "kept.json"), Path.Combine(_authority.Scratch, "kept.sig"));
        await _authority.OperatorAsync("order", "show", "loaded", "--out-file", outFile, "--out-signature", outSignature);
        Assert.Equal(await File.ReadAllBytesAsync(file), await File.ReadAllBytesAsync(outFile));
        await OpenSsl.RunAsync("dgst", "-sha256", "-verify", files.PublicKeyFile, "-signature", outSignature, outFile);

        var created = Assert
            .Single(await new IssuanceLogReader(_authority).AwaitAsync($"type={OrderCreated.TypeName}&subject=loaded", 1))
            .GetProperty("entry");
        var digest = new SignedOrderFile(await File.ReadAllBytesAsync(file), default).FileSha256;
        Assert.Equal(("plant-1", digest), (created.GetProperty("signedBy").GetString(), created.GetProperty("fileSha256").GetString()));
    }

    [Fact]
    public async Task A_file_that_was_altered_or_is_sent_again_under_another_content_makes_no_order_and_is_written_down()
    {
        var (file, signature) = await files.SignAsync(OrderFiles.Order("altered"));
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file)).Replace("\"quantity\":10,", "\"quantity\":90,"));
        var altered = await files.LoadAsync(file, signature);
        Assert.Equal(1, altered.ExitCode);
        Assert.Contains("order-signature-wrong", altered.Error);
        Assert.Null(await FindAsync("altered"));
        var refused = Assert
            .Single(await new IssuanceLogReader(_authority).AwaitAsync($"type={OrderRefused.TypeName}&subject=altered", 1))
            .GetProperty("entry");
        Assert.Equal("order-signature-wrong", refused.GetProperty("violations")[0].GetProperty("code").GetString());

        // Signed and good; the name is another order's.
        (file, signature) = await files.SignAsync(OrderFiles.Order("first"));
        (await files.LoadAsync(file, signature)).MustSucceed();
        (file, signature) = await files.SignAsync(OrderFiles.Order("first", quantity: 11));
        Assert.Equal(1, (await files.LoadAsync(file, signature)).ExitCode);
        Assert.Equal(10, (await FindAsync("first"))!.Quantity);
    }

    [Fact]
    public async Task A_file_does_not_open_its_order_again_once_that_was_closed()
    {
        var (file, signature) = await files.SignAsync(OrderFiles.Order("closed"));
        (await files.LoadAsync(file, signature)).MustSucceed();
        var order = await _orders.CloseAsync((await FindAsync("closed"))!);

        (await files.LoadAsync(file, signature)).MustSucceed();

        ProblemAssert.Breaks(
            await _desk.SubmitAsync(OrderDesk.Draw(OrderDesk.Unit(), order)),
            HttpStatusCode.UnprocessableEntity,
            "order-closed"
        );
    }

    /// <summary>Whoever can write orders into the database can't write one that plant-1 did not sign.</summary>
    [Theory]
    [InlineData(KeySource.Device)]
    [InlineData(KeySource.Authority)]
    public async Task An_order_that_is_not_what_its_file_says_is_refused_at_the_key(KeySource keySource)
    {
        var name = "forged-" + keySource;
        var (file, signature) = await files.SignAsync(OrderFiles.Order(name));
        var forged = OrderDesk.Wide(1000) with { Name = name, SignedBy = "plant-1", KeySource = keySource };
        await new ProductionOrders(_authority.Postgres.Connect("sa_operator", _authority.Database)).AddAsync(
            forged,
            "operator/planner",
            new SignedOrderFile(await File.ReadAllBytesAsync(file), await File.ReadAllBytesAsync(signature))
        );
        var unit = OrderDesk.Unit();

        ProblemAssert.Breaks(
            await _desk.SubmitAsync(keySource == KeySource.Device ? OrderDesk.Draw(unit, forged) : KeyDesk.Wish(unit, forged)),
            HttpStatusCode.UnprocessableEntity,
            "order-file-altered"
        );
        Assert.Equal((0, 0L, 0L), await _orders.CountAsync(forged));
        Assert.Equal(
            0,
            await _authority
                .Postgres.Connect("sa_operator", _authority.Database)
                .ScalarAsync<long>($"select count(*) from sa.key_pair where mac = '{unit.Mac}' and state <> 'Refused'")
        );
    }

    [Fact]
    public async Task No_key_is_made_for_an_order_that_is_not_what_its_file_says()
    {
        var (file, signature) = await files.SignAsync(OrderFiles.Order("forged-keys"));
        var forged = OrderDesk.Wide(1000) with { Name = "forged-keys", SignedBy = "plant-1", KeySource = KeySource.Authority };
        await new ProductionOrders(_authority.Postgres.Connect("sa_operator", _authority.Database)).AddAsync(
            forged,
            "operator/planner",
            new SignedOrderFile(await File.ReadAllBytesAsync(file), await File.ReadAllBytesAsync(signature))
        );

        ProblemAssert.Breaks(
            await _desk.SubmitAsync(KeyDesk.Wish(OrderDesk.Unit(), forged)),
            HttpStatusCode.UnprocessableEntity,
            "order-file-altered"
        );
        // Refused where keys are made, and not later for the certificate.
        var everything = _authority.Postgres.Connect(PostgresCluster.Superuser, _authority.Database);
        Assert.Equal(
            "Refused",
            await everything.ScalarAsync<string>($"select string_agg(state, ',') from sa.key_pair where order_id = '{forged.Id}'")
        );
    }

    [Fact]
    public async Task Nothing_is_drawn_from_what_a_withdrawn_key_signed_at_the_door_and_at_the_key()
    {
        var (file, signature) = await files.SignAsync(OrderFiles.Order("withdrawn"));
        (await files.LoadAsync(file, signature)).MustSucceed();
        var order = (await FindAsync("withdrawn"))!;
        using var line = X509Certificate2.CreateFromPemFile(_authority.StationCertificateFile, _authority.StationKeyFile);
        await using (var door = await FurtherApi.StartAsync(_authority, files.WithdrawnConfig))
            Breaks(await new StationDesk(door.StationClient(line)).SubmitAsync(OrderDesk.Draw(OrderDesk.Unit(), order)));

        // A door that does not know it yet lets it through.
        await _authority.StopSignerAsync();
        await _authority.StartSignerAsync("withdrawn", new Dictionary<string, string> { ["CaConfig__Folder"] = files.WithdrawnConfig });
        Breaks(await _desk.SubmitAsync(OrderDesk.Draw(OrderDesk.Unit(), order)));
        await _authority.StopSignerAsync("withdrawn");
        await _authority.StartSignerAsync();
        Assert.Equal((0, 0L, 0L), await _orders.CountAsync(order));
    }

    private static void Breaks(Answer answer) => ProblemAssert.Breaks(answer, HttpStatusCode.UnprocessableEntity, "order-key-withdrawn");

    private Task<ProductionOrder?> FindAsync(string name) =>
        new ProductionOrders(_authority.Postgres.Connect("sa_operator", _authority.Database)).FindAsync(name);
}
