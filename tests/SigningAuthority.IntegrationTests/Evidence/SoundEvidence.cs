using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Requests;
using SigningAuthority.Storage.IssuanceLog;
using Xunit;

namespace SigningAuthority.IntegrationTests.Evidence;

/// <summary>
/// A log of 240 certificates, 720 entries under three heads, and what an auditor, a witness and a sequencer keep of it; made
/// once, and copied for each attack.
/// </summary>
public sealed class SoundEvidence : IAsyncLifetime
{
    /// <summary>Of the head before the newest: where <see cref="YesterdayAsync"/> ends.</summary>
    internal const long Yesterday = 600;

    internal const long Today = 720;

    private readonly string _folder = Directory.CreateTempSubdirectory("sa-evidence-").FullName;
    private StorageScenario _today = null!;
    private StorageScenario _yesterday = null!;
    private SealedHead _remembered = null!;
    private int _attacks;

    public async Task InitializeAsync()
    {
        _today = await StorageScenario.CreateAsync();
        await IssueAsync(100);
        await IssueAsync(100);
        _yesterday = await _today.CopyAsync();
        await IssueAsync(40);
        var newest = (await new Checkpoints(_today.Auditor).LatestAsync())!;
        Assert.Equal(Today, newest.TreeSize);
        _remembered = new SealedHead(newest.Note, newest.SignedAt);

        await File.WriteAllTextAsync(Path.Combine(_folder, "log.pub"), StorageScenario.NoteKey.ToVerifierKey() + "\n");
        await SignctlAsync("key", "make", "--name", "witness.example.org", "--out", "witness.key", "--public", "witness.pub");
        var sound = new AttackedLog(_today, _folder, _remembered);
        await sound.PublishAsync();
        Assert.Empty(await sound.VerifyAsync(remembering: true));
        Assert.Empty(await sound.WitnessAsync());
    }

    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    internal Task<AttackedLog> CopyAsync() => CopyAsync(_today);

    /// <summary>The database as it was one head earlier.</summary>
    internal Task<AttackedLog> YesterdayAsync() => CopyAsync(_yesterday);

    private async Task<AttackedLog> CopyAsync(StorageScenario scenario)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder, $"attack-{++_attacks}")).FullName;
        foreach (var kept in Directory.GetFiles(_folder))
            File.Copy(kept, Path.Combine(folder, Path.GetFileName(kept)));
        return new AttackedLog(await scenario.CopyAsync(), folder, _remembered);
    }

    private async Task IssueAsync(int devices)
    {
        await _today.SubmitAsync([.. Enumerable.Range(0, devices).Select(_ => StorageScenario.Device())]);
        Assert.Equal(devices, await StorageScenario.IssueAsync(_today.Queue(), Lane.Device));
        await _today.VerifyAsync();
    }

    private async Task SignctlAsync(params string[] arguments) =>
        (await ExternalProgram.RunAsync(BuiltProgram.Dotnet, [BuiltProgram.Signctl, "log", .. arguments], folder: _folder)).MustSucceed();
}
