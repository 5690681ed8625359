using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Providers;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.IssuanceLog.Tree;
using Xunit;

namespace SigningAuthority.IntegrationTests.Publication;

/// <summary>What is published of the roots: signed, provable without us, changed when the roots change, and known who has it.</summary>
[Collection(RootFlows.Name)]
public sealed class RootPublicationTests(RootStage stage)
{
    private const int KilledBySignal9 = 128 + 9;

    private readonly RunningAuthority _authority = stage.Authority;
    private readonly HttpClient _anybody = stage.Authority.Client();

    [Fact]
    public async Task The_manifest_is_signed_with_the_logs_key_for_openssl_and_as_a_note()
    {
        var (manifest, signature) = (await SaveAsync("manifest.json"), await SaveAsync("manifest.json.sig"));
        var key = NoteKey.ParseVerifierKey((await File.ReadAllTextAsync(stage.LogKey)).Trim());
        var pem = stage.Scratch("log.pem");
        await File.WriteAllTextAsync(pem, PemEncoding.WriteString("PUBLIC KEY", key.SubjectPublicKeyInfo));

        Assert.StartsWith("Verified OK", await OpenSsl.RunAsync("dgst", "-sha256", "-verify", pem, "-signature", signature, manifest));
        var note = SignedNote.Parse((await _anybody.AskAsync("roots/manifest.note")).Body);
        Assert.True(note.IsSignedBy(key));
        Assert.Equal(await File.ReadAllTextAsync(manifest), note.Text);

        var version = (await stage.AwaitVersionAsync(1)).GetProperty("version").GetInt64();
        Assert.Equal(await File.ReadAllBytesAsync(manifest), (await _anybody.AskAsync($"roots/manifest-{version}.json")).Body);
        Assert.Equal(await File.ReadAllBytesAsync(signature), (await _anybody.AskAsync($"roots/manifest-{version}.json.sig")).Body);
    }

    [Fact]
    public async Task Every_file_is_what_the_manifest_lists_and_sha256sum_agrees()
    {
        var folder = Directory.CreateDirectory(stage.Scratch("sums")).FullName;
        var manifest = await stage.AwaitVersionAsync(1);
        var files = manifest
            .GetProperty("roots")
            .EnumerateArray()
            .SelectMany(root => root.GetProperty("files").EnumerateArray())
            .Concat(manifest.GetProperty("bundles").EnumerateArray())
            .Select(file => file.GetProperty("name").GetString()!)
            .ToList();
        foreach (var file in files)
            await File.WriteAllBytesAsync(Path.Combine(folder, file), (await _anybody.AskAsync("roots/" + file)).Body);
        await File.WriteAllTextAsync(Path.Combine(folder, "SHA256SUMS"), (await _anybody.AskAsync("roots/SHA256SUMS")).Text);

        var checkedSums = await ExternalProgram.RunAsync("sha256sum", ["--check", "--strict", "SHA256SUMS"], folder: folder);

        Assert.Equal(files.Count, checkedSums.MustSucceed().Output.Split(": OK\n").Length - 1);
        Assert.Contains("spacroot.crt", files);
    }

    [Fact]
    public async Task Signctl_fetches_what_it_can_prove_and_finds_a_file_that_was_exchanged()
    {
        var folder = stage.Scratch("fetched");
        (await FetchAsync(folder)).MustSucceed();
        var listed = (await CheckAsync(folder)).MustSucceed().Output;
        Assert.Contains("current  client ", listed);

        await File.AppendAllTextAsync(Path.Combine(folder, "client-bundle.pem"), await _authority.RootPemAsync("station"));
        var altered = await CheckAsync(folder);
        Assert.Equal((2, true), (altered.ExitCode, altered.Error.Contains("file-altered: client-bundle.pem")));
        (await FetchAsync(folder)).MustSucceed();
        (await CheckAsync(folder)).MustSucceed();

        var manifest = Path.Combine(folder, "manifest.json");
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest)).Replace("\"current\"", "\"retired\""));
        var forged = await CheckAsync(folder);
        Assert.Equal((2, true), (forged.ExitCode, forged.Error.Contains("manifest-altered")));
    }

    [Fact]
    public async Task The_feed_is_Atom_and_says_what_was_published()
    {
        var answer = await _anybody.AskAsync("roots/feed.atom");
        Assert.Equal("application/atom+xml", answer.MediaType);
        var file = await SaveAsync("feed.atom");

        var schema = Path.Combine(Repository.Root, "tests/test-vectors/atom.rng");
        (await ExternalProgram.RunAsync("xmllint", ["--noout", "--nonet", "--relaxng", schema, file])).MustSucceed();
        var first = await ExternalProgram.RunAsync(
            "xmllint",
            ["--xpath", "string(//*[local-name()='entry'][last()]/*[local-name()='title'])", file]
        );
        Assert.Equal("The roots are published", first.MustSucceed().Output.Trim());
        Assert.Equal(HttpStatusCode.NotModified, (await _anybody.AskAsync("roots/feed.atom", ("If-None-Match", answer.ETag!))).Status);
    }

    /// <summary>The Signer that sees the change first dies over it: what it wrote down is finished by another, once.</summary>
    [Fact]
    public async Task A_next_generation_is_one_version_in_the_bundles_and_it_is_known_who_has_it()
    {
        var telco = _authority.Client(_authority.TelcoToken);
        var folder = stage.Scratch("kept");
        (await FetchAsync(folder)).MustSucceed();
        var (bundle, root) = (await telco.AskAsync("roots/client-bundle.pem"), await _anybody.AskAsync("roots/client.pem"));
        Assert.DoesNotContain(RunningAuthority.Telco, await BehindAsync());
        var before = (await stage.AwaitVersionAsync(1)).GetProperty("version").GetInt64();

        await stage.AddGenerationAsync("client-2", "client", DateTimeOffset.UtcNow.AddDays(200));
        var doomed = await StartSealerAsync("doomed", ("Signer__UnsafeKillAt", "ManifestCommitted"));
        Assert.Equal(KilledBySignal9, await doomed.WaitForExitAsync(TimeSpan.FromSeconds(60)));
        // One that knows the new generation, beside the one that does not.
        await StartSealerAsync("renewed");
        var manifest = await stage.AwaitVersionAsync(before + 1);

        Assert.Equal(
            "next",
            manifest.GetProperty("roots").EnumerateArray().Single(r => Text(r, "id") == "client-2").GetProperty("standing").GetString()
        );
        Assert.Equal(2L, await CountAsync($"sa.root_manifest_signing where version = {before + 1}"));
        Assert.Equal(1L, await CountAsync($"sa.root_manifest_signature where version = {before + 1}"));

        // The bundle grew under its address; what does not change has not changed.
        var grown = await _anybody.AskAsync("roots/client-bundle.pem", ("If-None-Match", bundle.ETag!));
        Assert.Equal((HttpStatusCode.OK, bundle.Text + await _authority.RootPemAsync("client-2")), (grown.Status, grown.Text));
        Assert.Equal(HttpStatusCode.NotModified, (await _anybody.AskAsync("roots/client.pem", ("If-None-Match", root.ETag!))).Status);
        Assert.Equal(await _authority.RootPemAsync("client-2"), (await _anybody.AskAsync("roots/client-2.pem")).Text);
        Assert.Contains("Next: signs nothing yet", (await _anybody.AskAsync("roots/")).Text);
        Assert.Contains("Client Root of tomorrow is new, and will sign from", (await _anybody.AskAsync("roots/feed.atom")).Text);

        Assert.Contains(RunningAuthority.Telco, await BehindAsync());
        (await FetchAsync(folder, _authority.TelcoToken)).MustSucceed();
        (await CheckAsync(folder)).MustSucceed();
        Assert.DoesNotContain(RunningAuthority.Telco, await BehindAsync());
        await RequireFetchesAsync(before + 1);
        // Three Signers with two configurations have looked many times by now.
        Assert.Equal(before + 1, await CountAsync("sa.root_manifest"));
    }

    [Fact]
    public async Task Who_has_downloaded_a_kit_is_known_to_have_the_newest_client_bundle()
    {
        Assert.Contains(RunningAuthority.OtherTelco, await BehindAsync());
        var other = _authority.Client(_authority.OtherTelcoToken);
        var desk = new ProviderDesk(other);
        var made = await MadeRequest.MakeAsync(_authority.Scratch, "kit.example.org");
        var id = (await desk.UploadAsync(made.Pem)).Member("id");
        Assert.Equal("Issued", (await desk.WaitAsync(id)).Member("status"));

        var kit = await other.AskAsync($"{ProviderDesk.Path}/{id}/kit.zip");

        Assert.True(kit.Status == HttpStatusCode.OK, kit.ToString());
        // No second line says that it is behind.
        var line = Assert.Single(
            (await _authority.OperatorAsync("root", "fetches", "--provider", RunningAuthority.OtherTelco)).Split('\n')
        );
        Assert.StartsWith("provider/other-telco client-bundle.pem version ", line);
        var published = await _anybody.AskAsync("roots/client-bundle.pem");
        Assert.Contains(" newest " + Convert.ToHexStringLower(SHA256.HashData(published.Body)), line);
        Assert.DoesNotContain(RunningAuthority.OtherTelco, await BehindAsync());
    }

    private async Task RequireFetchesAsync(long version)
    {
        var lines = (await _authority.OperatorAsync("root", "fetches", "--provider", RunningAuthority.Telco)).Split('\n');
        Assert.Contains(lines, line => line.StartsWith($"provider/telco client-bundle.pem version {version} newest "));
        Assert.Contains(lines, line => line.StartsWith("provider/telco client-bundle.pem version 1 "));
        Assert.DoesNotContain(lines, line => line.Contains("has not taken"));

        var list = (await _authority.Client(_authority.AuditorToken).AskAsync("api/v1/audit/root-fetches")).Json;
        var bundle = list.GetProperty("fetches")
            .EnumerateArray()
            .Single(f => Text(f, "file") == "client-bundle.pem" && f.GetProperty("isNewest").GetBoolean());
        var published = await _anybody.AskAsync("roots/client-bundle.pem");
        Assert.Equal(
            (Convert.ToHexStringLower(SHA256.HashData(published.Body)), "telco"),
            (Text(bundle, "sha256"), Text(bundle, "provider"))
        );
        var entries = await new IssuanceLogReader(_authority).AwaitAsync(
            "type=roots.downloaded&actor=provider/telco&subject=client-bundle.pem",
            2
        );
        Assert.Equal(Text(bundle, "sha256"), Text(entries[^1].GetProperty("entry"), "sha256"));
    }

    private async Task<IReadOnlyList<string>> BehindAsync()
    {
        var answer = await _authority.Client(_authority.OperatorToken).AskAsync("api/v1/operator/root-fetches");
        return [.. answer.Json.GetProperty("behind").EnumerateArray().Select(name => name.GetString()!)];
    }

    private Task<BackgroundProcess> StartSealerAsync(string name, params (string Name, string Value)[] more) =>
        _authority.StartSignerAsync(
            name,
            more.Append(("Signer__Lanes", "Log")).ToDictionary(setting => setting.Item1, setting => setting.Item2),
            untilReady: false
        );

    private async Task<ProgramResult> FetchAsync(string folder, string? token = null) =>
        await RunningAuthority.SignctlAsync([
            "roots",
            "fetch",
            "--out",
            folder,
            "--key",
            stage.LogKey,
            "--url",
            _authority.Address.AbsoluteUri,
            "--cacert",
            _authority.ServiceRootFile,
            .. token is null ? Array.Empty<string>() : ["--token", token],
        ]);

    private Task<ProgramResult> CheckAsync(string folder) => RunningAuthority.SignctlAsync("roots", "check", folder, "--key", stage.LogKey);

    private async Task<string> SaveAsync(string name)
    {
        var path = stage.Scratch(name);
        await File.WriteAllBytesAsync(path, (await _anybody.AskAsync("roots/" + name)).Body);
        return path;
    }

    private Task<long> CountAsync(string rows) => stage.Everything.ScalarAsync<long>("select count(*) from " + rows);

    private static string Text(JsonElement json, string member) => json.GetProperty(member).GetString()!;
}
